//! Reads a WSDL 1.1 document: its messages, port types and SOAP bindings.
//!
//! yaserde reads the document into `document`'s small model. Lines and the meaning of prefixes inside attribute
//! values are not its business, so it gets the document with both written out: see `document::read`.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::annotations;
use crate::error::{Error, Result};
use crate::model::{Name, Operation, OperationNotes, Service};
use crate::schema::tree::Node;
use crate::schema::{self, Element, Sources, XS, locate};

mod document;

use document::{
    Binding, BoundOperation, Direction, Message, PortType, PortTypeOperation, SOAP11, SOAP12, WSDL,
};

/// One WSDL file: that of the service, or one that it imports.
struct File {
    path: PathBuf,
    root: Node,
    definitions: document::Definitions,
}

/// The service of a WSDL, with what the annotations add to it, and every file read.
///
/// Places in errors begin with the path as it is given here.
pub fn load(wsdl: &Path, annotations: Option<&Path>) -> Result<(Service, Vec<PathBuf>)> {
    let (mut service, mut files) = read(wsdl)?;
    if let Some(path) = annotations {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| {
            Error::new(&*file, format!("cannot be read: {error}")).hint("check the path and the permissions")
        })?;
        annotations::apply(&mut service, &text, &file)?;
        files.push(path.to_owned());
    }
    Ok((service, files))
}

/// The service that a WSDL describes, and every file read.
pub fn read(path: &Path) -> Result<(Service, Vec<PathBuf>)> {
    let mut sources = Sources::default();
    let files = read_files(path, &mut sources)?;
    let contract = Contract { files: &files };
    let mut service = Service {
        name: contract.name(path),
        namespace: String::new(),
        operations: Vec::new(),
        types: Vec::new(),
        notes: Vec::new(),
    };
    let operations = contract.operations(&mut service.notes)?;
    let mut elements = Vec::new();
    let mut known = Vec::new();
    for operation in &operations {
        elements.push(operation.request.clone());
        elements.extend(operation.response.clone());
        known.extend(operation.headers.iter().chain(&operation.faults).cloned());
    }
    let understood = schema::read(sources, &elements, &known)?;
    let mut messages = understood.messages.into_iter();
    for operation in operations {
        let Some(request) = messages.next() else { break };
        let response = operation.response.and_then(|_| messages.next());
        service.operations.push(Operation {
            name: operation.name,
            action: operation.action,
            request,
            response,
            headers: names(operation.headers),
            faults: names(operation.faults),
            notes: OperationNotes { doc: operation.doc, ..OperationNotes::default() },
        });
    }
    if let Some(first) = service.operations.first() {
        service.namespace.clone_from(&first.request.element.namespace);
    }
    service.types = understood.types;
    service.notes.extend(understood.notes);
    Ok((service, understood.files))
}

fn names(elements: Vec<Element>) -> Vec<Name> {
    elements.into_iter().map(|element| element.name).collect()
}

/// The WSDL and those that it imports; their schemas go into `sources`.
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

/// An operation of which all names are resolved.
struct Resolved {
    name: String,
    action: String,
    request: Element,
    response: Option<Element>,
    headers: Vec<Element>,
    faults: Vec<Element>,
    doc: Option<String>,
    place: String,
}

/// A binding for SOAP.
struct Soap<'a> {
    file: usize,
    binding: &'a Binding,
    version: u8,
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

    fn operations(&self, notes: &mut Vec<String>) -> Result<Vec<Resolved>> {
        let soap = self.soap_bindings(notes)?;
        let mut operations: Vec<Resolved> = Vec::new();
        for (file, port_type) in self.port_types() {
            let name = Name::new(&*self.files[file].definitions.target_namespace, &*port_type.name);
            let mut bound: Vec<&Soap<'_>> =
                soap.iter().filter(|soap| soap.binding.ty == name.to_string()).collect();
            if bound.is_empty() {
                continue;
            }
            bound.sort_by_key(|soap| soap.version);
            for operation in &port_type.operations {
                if let Some(first) = operations.iter().find(|known| known.name == operation.name) {
                    return Err(self
                        .error(
                            file,
                            operation.line,
                            format!("the operation `{}` is declared twice", operation.name),
                        )
                        .hint(format!(
                            "overloads are not supported: rename one of the two; the first is in {}",
                            first.place
                        )));
                }
                operations.push(self.operation(file, operation, &bound)?);
            }
        }
        if operations.is_empty() {
            let root = &self.files[0].root;
            return Err(root
                .error("no operation is bound to SOAP")
                .hint("the WSDL needs a SOAP 1.1 or 1.2 binding"));
        }
        Ok(operations)
    }

    fn port_types(&self) -> impl Iterator<Item = (usize, &'a PortType)> {
        let files = self.files.iter().enumerate();
        files.flat_map(|(number, file)| file.definitions.port_types.iter().map(move |found| (number, found)))
    }

    /// All SOAP bindings, checked; the others are noted.
    fn soap_bindings(&self, notes: &mut Vec<String>) -> Result<Vec<Soap<'a>>> {
        let mut soap = Vec::new();
        for (file, File { definitions, .. }) in self.files.iter().enumerate() {
            for binding in &definitions.bindings {
                let fail = |what: String| self.error(file, binding.line, what);
                let style = match (&binding.soap11, &binding.soap12) {
                    (Some(style), _) => style,
                    (_, Some(style)) => style,
                    _ => {
                        let how = match &binding.http {
                            Some(http) => format!("HTTP {}", http.verb),
                            None => "no SOAP".to_owned(),
                        };
                        notes.push(format!("binding `{}` ({how}) ignored", binding.name));
                        continue;
                    }
                };
                let mut port_types = self.port_types();
                let port_type = port_types
                    .find(|(other, found)| self.named(*other, &found.name) == binding.ty)
                    .map(|(_, found)| found)
                    .ok_or_else(|| {
                        fail(format!("the port type `{}` is not declared", binding.ty))
                            .hint("check the binding's `type` and its prefix")
                    })?;
                for operation in &binding.operations {
                    let style = operation.style().unwrap_or(&style.style);
                    if style == "rpc" {
                        return Err(self
                            .error(
                                file,
                                operation.line,
                                format!("`{}` is bound in rpc style", operation.name),
                            )
                            .hint("only document/literal is supported: ask for a document style endpoint"));
                    }
                    if !port_type.operations.iter().any(|known| known.name == operation.name) {
                        return Err(self
                            .error(
                                file,
                                operation.line,
                                format!(
                                    "the port type `{}` has no operation `{}`",
                                    port_type.name, operation.name
                                ),
                            )
                            .hint("check the spelling; letter case counts"));
                    }
                }
                soap.push(Soap { file, binding, version: if binding.soap11.is_some() { 11 } else { 12 } });
            }
        }
        Ok(soap)
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
                for direction in [&bound.input, &bound.output].into_iter().flatten() {
                    self.check_literal(soap.file, direction)?;
                }
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
        let mut headers = Vec::new();
        let request = self.body(file, input, soap.file, bound.input.as_ref(), &mut headers)?;
        let response = match &operation.output {
            Some(output) => Some(self.body(file, output, soap.file, bound.output.as_ref(), &mut headers)?),
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
            headers,
            faults,
            doc: operation.doc.clone(),
            place: self.place(file, operation.line),
        })
    }

    fn check_literal(&self, file: usize, direction: &Direction) -> Result<()> {
        for body in direction.soap11.iter().chain(&direction.soap12) {
            if body.encoding == "encoded" {
                return Err(self
                    .error(file, body.line, "the body is bound with use=\"encoded\"")
                    .hint("only document/literal is supported: ask for a literal endpoint"));
            }
        }
        Ok(())
    }

    /// The element of the body. Those that the binding puts into the header go there.
    fn body(
        &self,
        file: usize,
        used: &document::Used,
        binding_file: usize,
        direction: Option<&Direction>,
        headers: &mut Vec<Element>,
    ) -> Result<Element> {
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
            (Some(part), None) => self.element(at, message, part),
            (None, _) => Err(self
                .error(at, message.line, format!("the message `{}` has no part for the body", message.name))
                .hint("give it one part with an `element`")),
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
