//! Reads a WSDL 1.1 document: its messages, port types and SOAP bindings.
//!
//! yaserde reads the document into the small model in `document`. It ignores lines and prefixes inside attribute
//! values, so it gets a document in which both are written out: see `document::read`.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use crate::annotations;
use crate::error::{Error, Result};
use crate::model::{Field, Name, Operation, OperationNotes, Service};
use crate::schema::tree::Node;
use crate::schema::{self, Element, Sources, XS, locate};

mod bindings;
mod document;

use bindings::Soap;
use document::{BoundOperation, Direction, Message, PortType, PortTypeOperation, SOAP11, SOAP12, WSDL};

/// One WSDL file: that of the service, or one that it imports.
struct File {
    path: PathBuf,
    root: Node,
    definitions: document::Definitions,
}

/// The service of a WSDL, with what the annotations add to it, and every file read. `port` is the name of the port or
/// binding to use, if the WSDL has several.
///
/// Places in errors start with the path as given here.
///
/// # Errors
/// The WSDL cannot be read, or has something that generated code does not support. The error has file, line, cause and
/// remedy.
pub fn load(wsdl: &Path, annotations: Option<&Path>, port: Option<&str>) -> Result<(Service, Vec<PathBuf>)> {
    let (mut service, mut files) = read(wsdl, port)?;
    if let Some(path) = annotations {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| {
            Error::new(&*file, format!("the file cannot be read: {error}"))
                .hint("check the path and the permissions")
        })?;
        annotations::apply(&mut service, &text, &file)?;
        files.push(path.to_owned());
    }
    Ok((service, files))
}

/// The service that a WSDL describes, and every file read.
fn read(path: &Path, port: Option<&str>) -> Result<(Service, Vec<PathBuf>)> {
    let mut sources = Sources::default();
    let files = read_files(path, &mut sources)?;
    let contract = Contract { files: &files };
    let mut service = Service { name: contract.name(path), ..Service::default() };
    let operations = contract.operations(port, &mut service)?;
    let mut elements = Vec::new();
    let mut known = Vec::new();
    for operation in &operations {
        elements.extend(operation.request.iter().chain(&operation.response).cloned());
        elements.extend(operation.request_headers.iter().chain(&operation.response_headers).cloned());
        known.extend(operation.faults.iter().cloned());
    }
    let understood = schema::read(sources, &elements, &known)?;
    let asked = elements.iter().map(|element| &element.name);
    let messages: HashMap<&Name, &crate::model::Message> = asked.zip(&understood.messages).collect();
    let message =
        |element: Option<Element>| element.and_then(|element| messages.get(&element.name).copied().cloned());
    let headers = |headers: Vec<Element>| {
        let blocks = headers.into_iter().filter_map(|header| message(Some(header)));
        blocks.map(|block| Field::optional_element(block.element, block.ty)).collect()
    };
    for operation in operations {
        service.operations.push(Operation {
            name: operation.name,
            action: operation.action,
            request: message(operation.request),
            response: message(operation.response),
            request_headers: headers(operation.request_headers),
            response_headers: headers(operation.response_headers),
            faults: operation.faults.into_iter().map(|fault| fault.name).collect(),
            notes: OperationNotes { doc: operation.doc, ..OperationNotes::default() },
        });
    }
    let bodies =
        service.operations.iter().flat_map(|operation| operation.request.iter().chain(&operation.response));
    service.namespace = bodies.map(|message| message.element.namespace.clone()).next().unwrap_or_default();
    service.types = understood.types;
    service.notes.extend(understood.notes);
    Ok((service, understood.files))
}

/// Reads the WSDL and those that it imports; their schemas go into `sources`.
fn read_files(path: &Path, sources: &mut Sources) -> Result<Vec<File>> {
    let mut files: Vec<File> = Vec::new();
    let mut queue = vec![path.to_owned()];
    let mut seen = HashSet::new();
    while !queue.is_empty() {
        let path = queue.remove(0);
        if !seen.insert(path.canonicalize().unwrap_or_else(|_| path.clone())) {
            continue;
        }
        let mut root = sources.read(&path)?;
        if root.is(XS, "schema") && !files.is_empty() {
            sources.add(root, None)?;
            continue;
        }
        if !root.is(WSDL, "definitions") {
            return Err(not_a_wsdl(&root));
        }
        for types in root.children.iter_mut().filter(|node| node.is(WSDL, "types")) {
            for node in std::mem::take(&mut types.children) {
                if node.is(XS, "schema") {
                    sources.add(node, None)?;
                }
            }
        }
        for node in root.children_in(WSDL).filter(|node| node.name.local == "import") {
            let location =
                node.attribute("location").ok_or_else(|| node.error("this wsdl:import has no location"))?;
            queue.push(locate(&path, node, location)?);
        }
        let definitions = document::read(&root)?;
        files.push(File { path, root, definitions });
    }
    Ok(files)
}

fn not_a_wsdl(root: &Node) -> Error {
    let error = root.error(format!("`{}` is not the root of a WSDL 1.1 document", root.name));
    match root.name.local.as_str() {
        "description" => error.hint("WSDL 2.0 is not supported: ask the service for its WSDL 1.1"),
        "html" => error.hint("this is a web page: fetch the address with `?WSDL` at its end"),
        _ => error.hint(format!("expected `definitions` in the namespace {WSDL}")),
    }
}

/// An operation with resolved names.
struct Resolved {
    name: String,
    action: String,
    request: Option<Element>,
    response: Option<Element>,
    request_headers: Vec<Element>,
    response_headers: Vec<Element>,
    faults: Vec<Element>,
    doc: Option<String>,
}

struct Contract<'a> {
    files: &'a [File],
}

impl<'a> Contract<'a> {
    fn error(&self, file: usize, line: u32, what: impl Into<String>) -> Error {
        Error::new(self.place(file, line), what)
    }

    fn place(&self, file: usize, line: u32) -> String {
        format!("{}:{line}", self.files[file].path.display())
    }

    fn name(&self, path: &Path) -> String {
        let services = self.files.iter().flat_map(|file| &file.definitions.services);
        let names =
            services.map(|service| &service.name).chain(self.files.iter().map(|file| &file.definitions.name));
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
        let mut names = names.filter(|name| !name.is_empty());
        names.next().cloned().or(stem).unwrap_or_default()
    }

    fn operations(&self, port: Option<&str>, service: &mut Service) -> Result<Vec<Resolved>> {
        let soap = self.soap_bindings(service)?;
        let mut port_types = self.bound_port_types(&soap);
        if port_types.is_empty() {
            let root = &self.files[0].root;
            return Err(root
                .error("no operation is bound to SOAP")
                .hint("the WSDL needs a SOAP 1.1 or 1.2 binding"));
        }
        if let Some(port) = port {
            port_types = vec![self.port(port, &soap, port_types)?];
        } else if let Some(name) = shared_name(&port_types) {
            port_types = vec![self.largest(&name, &soap, port_types, service)];
        }
        let mut operations: Vec<Resolved> = Vec::new();
        for (file, port_type) in port_types {
            let name = self.named(file, &port_type.name);
            let mut bound: Vec<&Soap<'_>> = soap.iter().filter(|soap| soap.binding.ty == name).collect();
            bound.sort_by_key(|soap| soap.version);
            let mut places: HashMap<&str, u32> = HashMap::new();
            for operation in &port_type.operations {
                if let Some(first) = places.insert(&operation.name, operation.line) {
                    let what = format!("the operation `{}` is declared twice", operation.name);
                    return Err(self.error(file, operation.line, what).hint(format!(
                        "overloads are not supported: rename one of the two; the first is in {}",
                        self.place(file, first)
                    )));
                }
                operations.push(self.operation(file, operation, &bound)?);
            }
        }
        Ok(operations)
    }

    fn port_types(&self) -> impl Iterator<Item = (usize, &'a PortType)> {
        let files = self.files.iter().enumerate();
        files.flat_map(|(number, file)| file.definitions.port_types.iter().map(move |found| (number, found)))
    }

    /// The port types with operations that are bound to SOAP.
    fn bound_port_types(&self, soap: &[Soap<'_>]) -> Vec<(usize, &'a PortType)> {
        let is_bound = |(file, port_type): &(usize, &PortType)| {
            let name = self.named(*file, &port_type.name);
            !port_type.operations.is_empty() && soap.iter().any(|soap| soap.binding.ty == name)
        };
        self.port_types().filter(is_bound).collect()
    }

    /// The port type of the port or binding with this name.
    fn port(
        &self,
        port: &str,
        soap: &[Soap<'_>],
        port_types: Vec<(usize, &'a PortType)>,
    ) -> Result<(usize, &'a PortType)> {
        let names = |soap: &Soap<'_>| {
            let own = self.named(soap.file, &soap.binding.name);
            let services = self.files.iter().flat_map(|file| &file.definitions.services);
            let ports = services.flat_map(|service| &service.ports).filter(move |port| port.binding == own);
            ports.map(|port| port.name.clone()).chain([soap.binding.name.clone()]).collect::<Vec<_>>()
        };
        let chosen = soap.iter().find(|soap| names(soap).iter().any(|name| name == port));
        let is_chosen = |(file, port_type): &(usize, &PortType)| {
            chosen.is_some_and(|soap| soap.binding.ty == self.named(*file, &port_type.name))
        };
        port_types.into_iter().find(is_chosen).ok_or_else(|| {
            let known: Vec<String> = soap.iter().flat_map(|soap| names(soap).into_iter().take(1)).collect();
            let root = &self.files[0].root;
            root.error(format!("SOAP port `{}` not found", port.escape_debug()))
                .hint(format!("the ports are: {}", known.join(", ")))
        })
    }

    /// The port type with the most operations; the choice is noted.
    fn largest(
        &self,
        shared: &str,
        soap: &[Soap<'_>],
        port_types: Vec<(usize, &'a PortType)>,
        service: &mut Service,
    ) -> (usize, &'a PortType) {
        let mut largest = port_types[0];
        for other in &port_types {
            if other.1.operations.len() > largest.1.operations.len() {
                largest = *other;
            }
        }
        let binding = |(file, port_type): &(usize, &PortType)| {
            let name = self.named(*file, &port_type.name);
            soap.iter().find(|soap| soap.binding.ty == name).map_or("", |soap| &soap.binding.name)
        };
        let others: Vec<String> = port_types
            .iter()
            .filter(|other| !std::ptr::eq(other.1, largest.1))
            .map(|other| format!("`{}`", binding(other)))
            .collect();
        service.warn(format!(
            "several SOAP ports have an operation `{shared}`: using `{}`, which has the most operations; left out: {} \
             (choose with --port or ONGOING_WSDL_PORT)",
            binding(&largest),
            others.join(", ")
        ));
        largest
    }

    fn named(&self, file: usize, local: &str) -> String {
        Name::new(&*self.files[file].definitions.target_namespace, local).to_string()
    }

    fn operation(&self, file: usize, operation: &PortTypeOperation, bound: &[&Soap<'_>]) -> Result<Resolved> {
        let fail = |what: String| self.error(file, operation.line, what);
        let mut found: Option<(&Soap<'_>, &BoundOperation)> = None;
        for soap in bound {
            let mut matching = soap.binding.operations.iter().filter(|known| known.name == operation.name);
            let first = matching.next();
            if let Some(second) = matching.next() {
                return Err(self
                    .error(
                        soap.file,
                        second.line,
                        format!("the operation `{}` is bound twice", operation.name),
                    )
                    .hint("overloads are not supported: rename one of the two"));
            }
            if let Some(bound) = first {
                found = found.or(Some((soap, bound)));
            }
        }
        let Some((soap, bound)) = found else {
            return Err(fail(format!("the operation `{}` is in no SOAP binding", operation.name))
                .hint("add it to the binding or remove it from the port type"));
        };
        let Some(input) = &operation.input else {
            return Err(fail(format!("the operation `{}` takes no request", operation.name))
                .hint("messages that the server sends by itself are not supported"));
        };
        let (mut request_headers, mut response_headers) = (Vec::new(), Vec::new());
        let request = self.body(file, input, soap.file, bound.input.as_ref(), &mut request_headers)?;
        let response = match &operation.output {
            Some(output) => {
                self.body(file, output, soap.file, bound.output.as_ref(), &mut response_headers)?
            }
            None => None,
        };
        let mut faults = Vec::new();
        for fault in &operation.faults {
            let (at, message) = self.message(file, fault.line, &fault.message)?;
            match &message.parts[..] {
                [part] => faults.push(self.element(at, message, part)?),
                _ => {
                    return Err(self.error(
                        at,
                        message.line,
                        format!("the fault `{}` needs one part", message.name),
                    ));
                }
            }
        }
        Ok(Resolved {
            name: operation.name.clone(),
            action: bound.action().unwrap_or_default().to_owned(),
            request,
            response,
            request_headers,
            response_headers,
            faults,
            doc: operation.doc.clone(),
        })
    }

    /// The element of the body; `None` for an empty one. Parts that the binding puts into the header are excluded.
    fn body(
        &self,
        file: usize,
        used: &document::Used,
        binding_file: usize,
        direction: Option<&Direction>,
        headers: &mut Vec<Element>,
    ) -> Result<Option<Element>> {
        let (at, message) = self.message(file, used.line, &used.message)?;
        let mut in_header = Vec::new();
        for header in direction.iter().flat_map(|direction| direction.headers()) {
            let (at, other) = self.message(binding_file, header.line, &header.message)?;
            let part = other.parts.iter().find(|part| part.name == header.part).ok_or_else(|| {
                self.error(
                    binding_file,
                    header.line,
                    format!("the message `{}` has no part `{}`", other.name, header.part.escape_debug()),
                )
                .hint("check the header's `part`")
            })?;
            if std::ptr::eq(other, message) {
                in_header.push(&part.name);
            }
            let element = self.element(at, other, part)?;
            if !headers.iter().any(|known| known.name == element.name) {
                headers.push(element);
            }
        }
        let listed =
            direction.and_then(Direction::parts).map(|parts| parts.split_whitespace().collect::<Vec<_>>());
        let mut parts = message.parts.iter().filter(|part| match &listed {
            Some(listed) => listed.contains(&part.name.as_str()),
            None => !in_header.contains(&&part.name),
        });
        match (parts.next(), parts.next()) {
            (Some(part), None) => self.element(at, message, part).map(Some),
            (None, _) => Ok(None),
            (Some(_), Some(second)) => Err(self
                .error(at, second.line, format!("the message `{}` has several parts for the body", message.name))
                .hint("document/literal has one: bind the others with soap:header, or name it in soap:body parts")),
        }
    }

    fn message(&self, file: usize, line: u32, name: &str) -> Result<(usize, &'a Message)> {
        if name.is_empty() {
            return Err(self
                .error(file, line, "no message is named here")
                .hint("add the attribute `message`"));
        }
        for (number, File { definitions, .. }) in self.files.iter().enumerate() {
            if let Some(found) =
                definitions.messages.iter().find(|found| self.named(number, &found.name) == name)
            {
                return Ok((number, found));
            }
        }
        Err(self
            .error(file, line, format!("the message `{name}` is not declared"))
            .hint("check the spelling and the prefix"))
    }

    fn element(&self, file: usize, message: &Message, part: &document::Part) -> Result<Element> {
        if part.element.is_empty() {
            let what = format!("the part `{}` of the message `{}` has no element", part.name, message.name);
            return Err(self.error(file, part.line, what).hint(
                "`type=` is of the rpc style: declare an element of that type and name it with `element=`",
            ));
        }
        Ok(Element { name: document::clark(&part.element), place: self.place(file, part.line) })
    }
}

/// A name that operations of two port types have.
fn shared_name(port_types: &[(usize, &PortType)]) -> Option<String> {
    let mut seen: HashMap<&str, *const PortType> = HashMap::new();
    for (_, port_type) in port_types {
        for operation in &port_type.operations {
            let own: *const PortType = *port_type;
            if seen.insert(&operation.name, own).is_some_and(|first| first != own) {
                return Some(operation.name.clone());
            }
        }
    }
    None
}

impl BoundOperation {
    fn style(&self) -> Option<&str> {
        let styles = [&self.soap11, &self.soap12].into_iter().flatten().map(|soap| soap.style.as_str());
        styles.into_iter().find(|style| !style.is_empty())
    }

    fn action(&self) -> Option<&str> {
        self.soap11.as_ref().or(self.soap12.as_ref()).map(|soap| soap.action.as_str())
    }
}

impl Direction {
    fn parts(&self) -> Option<&str> {
        let body = self.soap11.as_ref().or(self.soap12.as_ref())?;
        body.parts.as_deref()
    }

    fn headers(&self) -> impl Iterator<Item = &document::Header> {
        self.headers11.iter().chain(&self.headers12)
    }
}

/// For `document::read`: the namespaces that it knows.
fn prefix(namespace: &str) -> Option<&'static str> {
    match namespace {
        WSDL => Some("w"),
        SOAP11 => Some("s"),
        SOAP12 => Some("t"),
        document::HTTP => Some("h"),
        _ => None,
    }
}
