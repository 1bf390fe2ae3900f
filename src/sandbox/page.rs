//! What a GET shows: the contract, and a page for people.

use super::contract::OPERATIONS;

/// The contract, as it is served.
const WSDL: &str = include_str!(env!("SANDBOX_WSDL"));

/// The contract with the sandbox's own address.
pub(super) fn wsdl(url: &str) -> String {
    let mut text = String::with_capacity(WSDL.len());
    let mut rest = WSDL;
    // The address stands in an attribute; all else of the file is served as it is.
    while let Some(start) = rest.find(":address ") {
        let Some(at) = rest[start..].find("location=\"").map(|at| start + at + "location=\"".len()) else {
            break;
        };
        let Some(end) = rest[at..].find('"').map(|end| at + end) else { break };
        text.push_str(&rest[..at]);
        text.push_str(&escaped(url));
        rest = &rest[end..];
    }
    text.push_str(rest);
    text
}

/// The operations by group.
pub(super) fn html(url: &str) -> String {
    let url = escaped(url);
    let mut text = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Sandbox warehouse</title>\
         <style>body{{font:16px/1.5 sans-serif;max-width:50em;margin:2em auto;padding:0 1em}}\
         dt{{font-weight:bold}}</style></head><body>\n<h1>Sandbox warehouse</h1>\n\
         <p>A SOAP service that stands in for Ongoing WMS. Send requests to <code>{url}</code>; the contract is at \
         <a href=\"{url}?WSDL\">?WSDL</a>. It has these operations.</p>\n"
    );
    let mut groups: Vec<&str> = Vec::new();
    for operation in &OPERATIONS {
        if !groups.contains(&operation.group) {
            groups.push(operation.group);
        }
    }
    for group in groups {
        text.push_str(&format!("<h2>{}</h2>\n<dl>\n", escaped(group)));
        for operation in OPERATIONS.iter().filter(|operation| operation.group == group) {
            let (name, doc) = (escaped(operation.name), escaped(operation.doc));
            text.push_str(&format!("<dt>{name}</dt><dd>{doc}</dd>\n"));
        }
        text.push_str("</dl>\n");
    }
    text.push_str("</body></html>\n");
    text
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
