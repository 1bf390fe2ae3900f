//! What a GET shows: the contract, and a page for people.

use crate::sandbox::actions::table::ACTIONS;
use crate::sandbox::contract::OPERATIONS;
use crate::sandbox::faults::parse::KINDS;

/// The contract, as it is served.
const WSDL: &str = include_str!(env!("SANDBOX_WSDL"));

/// The contract with the sandbox's own address.
pub(crate) fn wsdl(url: &str) -> String {
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

/// A file of the page: its type and text.
pub(crate) fn file(name: &str) -> Option<(&'static str, &'static str)> {
    (name == "page.css").then_some(("text/css; charset=utf-8", STYLE))
}

const STYLE: &str = include_str!("page.css");

/// The operations by group, and what else can be done.
pub(crate) fn html(url: &str) -> String {
    let (url, root) = (escaped(url), escaped(root(url)));
    let mut text = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>Sandbox warehouse</title>\
         <link rel=\"stylesheet\" href=\"/page/page.css\"></head><body>\n<h1>Sandbox warehouse</h1>\n\
         <p>A SOAP service that stands in for Ongoing WMS, to try integrations on. Nothing here is real.</p>\n\
         <table class=\"facts\"><tr><th>Service</th><td><code>{url}</code></td></tr>\
         <tr><th>Contract</th><td><a href=\"{url}?WSDL\">{url}?WSDL</a></td></tr>\
         <tr><th>Warehouse now</th><td><a href=\"{root}/admin/state\">all that it holds</a>, \
         <a href=\"{root}/admin/log\">the last requests</a>, \
         <a href=\"{root}/admin/disturbances\">waiting disturbances</a></td></tr></table>\n\
         <nav><a href=\"#actions\">The warehouse's work</a><a href=\"#disturbances\">Faults on demand</a>\
         <a href=\"#operations\">Operations</a></nav>\n"
    );
    actions(&mut text, &root);
    disturbances(&mut text);
    operations(&mut text);
    text.push_str("</body></html>\n");
    text
}

/// `http://host:port` of an address.
fn root(url: &str) -> &str {
    let host = url.find("//").map_or(0, |at| at + 2);
    url[host..].find('/').map_or(url, |end| &url[..host + end])
}

fn actions(text: &mut String, root: &str) {
    text.push_str(&format!(
        "<h2 id=\"actions\">The warehouse's work</h2>\n<p>What people do there is done from outside, by the command \
         or by <code>POST {root}/admin/&lt;action&gt;</code>:</p>\n\
         <pre>ongoing sandbox receive PO-7 --line 1=5 --url {root}\n\
         curl {root}/admin/receive -H 'Content-Type: application/json' \\\n     \
         -d '{{\"inOrder\": \"PO-7\", \"lines\": [{{\"line\": \"1\", \"number\": 5}}]}}'</pre>\n\
         <table class=\"actions\"><tr><th>Action</th><th>What it does, and what it takes</th></tr>\n"
    ));
    for action in ACTIONS {
        let (name, doc) = (escaped(action.name), escaped(action.doc));
        text.push_str(&format!("<tr><td><code>{name}</code></td><td>{doc}"));
        for argument in action.arguments {
            text.push_str(&format!(
                "<div class=\"argument\"><code>{}</code>: <i>{}</i>{} {}</div>",
                escaped(argument.name),
                escaped(argument.kind.shape()),
                if argument.required { "" } else { " <small>optional</small>" },
                escaped(argument.doc),
            ));
        }
        text.push_str("</td></tr>\n");
    }
    text.push_str("</table>\n");
}

fn disturbances(text: &mut String) {
    text.push_str(
        "<h2 id=\"disturbances\">Faults on demand</h2>\n<p>Kinds of the action <code>disturb</code>, for the next \
         request, for so many, or by chance with a seed.</p>\n<table class=\"actions\">\n",
    );
    for kind in KINDS {
        let (name, doc) = (kind.name, escaped(kind.doc));
        text.push_str(&format!("<tr><td><code>{name}</code></td><td>{doc}</td></tr>\n"));
    }
    text.push_str("</table>\n");
}

fn operations(text: &mut String) {
    text.push_str("<h2 id=\"operations\">Operations of the service</h2>\n");
    let mut groups: Vec<&str> = Vec::new();
    for operation in &OPERATIONS {
        if !groups.contains(&operation.group) {
            groups.push(operation.group);
        }
    }
    for group in groups {
        text.push_str(&format!("<h3>{}</h3>\n<dl>\n", escaped(group)));
        for operation in OPERATIONS.iter().filter(|operation| operation.group == group) {
            let (name, doc) = (escaped(operation.name), escaped(operation.doc));
            text.push_str(&format!("<dt>{name}</dt><dd>{doc}</dd>\n"));
        }
        text.push_str("</dl>\n");
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
