//! The contract, as the sandbox serves it.

const WSDL: &str = include_str!(env!("SANDBOX_WSDL"));

/// The contract with the sandbox's own address.
pub(crate) fn wsdl(url: &str) -> String {
    let mut text = String::with_capacity(WSDL.len());
    let mut rest = WSDL;
    // The address is in an attribute; the rest of the file is served unchanged.
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

/// A text escaped for XML.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
