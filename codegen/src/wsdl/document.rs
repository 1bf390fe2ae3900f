//! The WSDL document as yaserde reads it.

use std::fmt::Write as _;

use quick_xml::escape::escape;
use yaserde::YaDeserialize;

use crate::error::Result;
use crate::model::Name;
use crate::schema::tree::{Node, is_ncname};

pub const WSDL: &str = "http://schemas.xmlsoap.org/wsdl/";
pub const SOAP11: &str = "http://schemas.xmlsoap.org/wsdl/soap/";
pub const SOAP12: &str = "http://schemas.xmlsoap.org/wsdl/soap12/";
pub const HTTP: &str = "http://schemas.xmlsoap.org/wsdl/http/";

/// An attribute that is not there.
fn empty() -> String {
    String::new()
}

/// Declares a struct that yaserde reads from an element.
macro_rules! element {
    ($(#[$doc:meta])* $name:ident { $($fields:tt)* }) => {
        $(#[$doc])*
        #[derive(Debug, Default, YaDeserialize)]
        #[yaserde(prefix = "w", default_namespace = "w", namespaces = {
            "w" = "http://schemas.xmlsoap.org/wsdl/",
            "s" = "http://schemas.xmlsoap.org/wsdl/soap/",
            "t" = "http://schemas.xmlsoap.org/wsdl/soap12/",
            "h" = "http://schemas.xmlsoap.org/wsdl/http/"
        })]
        pub struct $name {
            $($fields)*
        }
    };
}

element!(Definitions {
    #[yaserde(attribute = true, default = "empty")]
    pub name: String,
    #[yaserde(attribute = true, rename = "targetNamespace", default = "empty")]
    pub target_namespace: String,
    #[yaserde(prefix = "w", rename = "message")]
    pub messages: Vec<Message>,
    #[yaserde(prefix = "w", rename = "portType")]
    pub port_types: Vec<PortType>,
    #[yaserde(prefix = "w", rename = "binding")]
    pub bindings: Vec<Binding>,
    #[yaserde(prefix = "w", rename = "service")]
    pub services: Vec<Service>,
});
element!(Message {
    #[yaserde(attribute = true)]
    pub line: u32,
    #[yaserde(attribute = true, default = "empty")]
    pub name: String,
    #[yaserde(prefix = "w", rename = "part")]
    pub parts: Vec<Part>,
});
element!(Part {
    #[yaserde(attribute = true)]
    pub line: u32,
    #[yaserde(attribute = true, default = "empty")]
    pub name: String,
    #[yaserde(attribute = true, default = "empty")]
    pub element: String,
});
element!(PortType {
    #[yaserde(attribute = true, default = "empty")]
    pub name: String,
    #[yaserde(prefix = "w", rename = "operation")]
    pub operations: Vec<PortTypeOperation>,
});
element!(PortTypeOperation {
    #[yaserde(attribute = true)]
    pub doc: Option<String>,
    #[yaserde(attribute = true)]
    pub line: u32,
    #[yaserde(attribute = true, default = "empty")]
    pub name: String,
    #[yaserde(prefix = "w")]
    pub input: Option<Used>,
    #[yaserde(prefix = "w")]
    pub output: Option<Used>,
    #[yaserde(prefix = "w", rename = "fault")]
    pub faults: Vec<Used>,
});
element!(
    /// A message as an operation uses it.
    Used {
        #[yaserde(attribute = true)]
        pub line: u32,
        #[yaserde(attribute = true, default = "empty")]
        pub message: String,
    }
);
element!(Binding {
    #[yaserde(attribute = true)]
    pub line: u32,
    #[yaserde(attribute = true, default = "empty")]
    pub name: String,
    #[yaserde(attribute = true, rename = "type", default = "empty")]
    pub ty: String,
    #[yaserde(prefix = "s", rename = "binding")]
    pub soap11: Option<Style>,
    #[yaserde(prefix = "t", rename = "binding")]
    pub soap12: Option<Style>,
    #[yaserde(prefix = "h", rename = "binding")]
    pub http: Option<Verb>,
    #[yaserde(prefix = "w", rename = "operation")]
    pub operations: Vec<BoundOperation>,
});
element!(Style {
    #[yaserde(attribute = true, default = "empty")]
    pub style: String,
});
element!(Verb {
    #[yaserde(attribute = true, default = "empty")]
    pub verb: String,
});
element!(BoundOperation {
    #[yaserde(attribute = true)]
    pub line: u32,
    #[yaserde(attribute = true, default = "empty")]
    pub name: String,
    #[yaserde(prefix = "s", rename = "operation")]
    pub soap11: Option<SoapOperation>,
    #[yaserde(prefix = "t", rename = "operation")]
    pub soap12: Option<SoapOperation>,
    #[yaserde(prefix = "w")]
    pub input: Option<Direction>,
    #[yaserde(prefix = "w")]
    pub output: Option<Direction>,
});
element!(SoapOperation {
    #[yaserde(attribute = true, rename = "soapAction", default = "empty")]
    pub action: String,
    #[yaserde(attribute = true, default = "empty")]
    pub style: String,
});
element!(Direction {
    #[yaserde(prefix = "s", rename = "body")]
    pub soap11: Option<Body>,
    #[yaserde(prefix = "t", rename = "body")]
    pub soap12: Option<Body>,
    #[yaserde(prefix = "s", rename = "header")]
    pub headers11: Vec<Header>,
    #[yaserde(prefix = "t", rename = "header")]
    pub headers12: Vec<Header>,
});
element!(Body {
    #[yaserde(attribute = true)]
    pub line: u32,
    #[yaserde(attribute = true, rename = "use", default = "empty")]
    pub encoding: String,
    #[yaserde(attribute = true)]
    pub parts: Option<String>,
});
element!(Header {
    #[yaserde(attribute = true)]
    pub line: u32,
    #[yaserde(attribute = true, default = "empty")]
    pub message: String,
    #[yaserde(attribute = true, default = "empty")]
    pub part: String,
});
element!(Service {
    #[yaserde(attribute = true, default = "empty")]
    pub name: String,
    #[yaserde(prefix = "w", rename = "port")]
    pub ports: Vec<Port>,
});
element!(Port {
    #[yaserde(attribute = true, default = "empty")]
    pub name: String,
    #[yaserde(attribute = true, default = "empty")]
    pub binding: String,
});

/// Reads the element `definitions`.
///
/// yaserde gets a document with the line and the documentation of each element as attributes, with every qualified name
/// in an attribute's value written as `{namespace}name`, and without irrelevant elements.
pub fn read(root: &Node) -> Result<Definitions> {
    let mut text = String::new();
    write(root, &mut text)?;
    yaserde::de::from_str(&text).map_err(|error| {
        root.error(format!("the WSDL document cannot be read: {error}"))
            .hint("compare it with the WSDL 1.1 standard")
    })
}

fn write(node: &Node, text: &mut String) -> Result<()> {
    let Some(prefix) = super::prefix(&node.name.namespace) else { return Ok(()) };
    let local = node.name.local.as_str();
    if prefix == "w" {
        if matches!(local, "types" | "documentation" | "import") {
            return Ok(());
        }
        if matches!(local, "message" | "part" | "portType" | "operation" | "binding" | "service") {
            node.required_name()?;
        }
    }
    if !is_ncname(local) {
        return Ok(());
    }
    let _ = write!(text, "<{prefix}:{local}");
    if local == "definitions" {
        let _ =
            write!(text, " xmlns:w=\"{WSDL}\" xmlns:s=\"{SOAP11}\" xmlns:t=\"{SOAP12}\" xmlns:h=\"{HTTP}\"");
    }
    let _ = write!(text, " line=\"{}\"", node.at.line);
    if let Some(doc) = node.doc() {
        let _ = write!(text, " doc=\"{}\"", escape(&doc));
    }
    for (name, value) in &node.attributes {
        if !name.namespace.is_empty() || matches!(&*name.local, "line" | "doc") || !is_ncname(&name.local) {
            continue;
        }
        let value = match name.local.as_str() {
            "message" | "element" => node.resolve(value)?.to_string(),
            "type" if prefix == "w" && local == "binding" => node.resolve(value)?.to_string(),
            "binding" if prefix == "w" && local == "port" => node.resolve(value)?.to_string(),
            "name" => value.trim().to_owned(),
            _ => value.clone(),
        };
        let _ = write!(text, " {}=\"{}\"", name.local, escape(&value));
    }
    text.push('>');
    for child in &node.children {
        write(child, text)?;
    }
    let _ = write!(text, "</{prefix}:{local}>");
    Ok(())
}

/// The name that [`read`] wrote out.
pub fn clark(text: &str) -> Name {
    match text.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
        Some((namespace, local)) => Name::new(namespace, local),
        None => Name::new("", text),
    }
}
