//! The schemas of a contract: those inside the WSDL and the files that they import and include.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::XS;
use super::tree::{Document, Node};
use crate::error::{Error, Result};

/// One `xs:schema`.
#[derive(Debug)]
pub struct Source {
    /// Index of its file in [`Sources::files`].
    pub file: usize,
    /// The namespace that its declarations are in.
    pub target: String,
    /// It has no namespace of its own and uses that of the schema that includes it.
    pub chameleon: bool,
    pub elements_qualified: bool,
    pub attributes_qualified: bool,
    pub root: Node,
}

#[derive(Debug, Default)]
pub struct Sources {
    pub schemas: Vec<Source>,
    /// Every file read, in the order of reading.
    pub files: Vec<PathBuf>,
    seen: HashSet<(PathBuf, String)>,
}

impl Sources {
    /// Reads a file; its number is that of the last of [`Sources::files`].
    pub fn read(&mut self, path: &Path) -> Result<Node> {
        let document = Document::read(path)?;
        self.files.push(document.path);
        Ok(document.root)
    }

    /// Adds a schema of the file read last. `into` is the namespace of the schema that includes it.
    pub fn add(&mut self, root: Node, into: Option<&str>) -> Result<()> {
        if !root.is(XS, "schema") {
            return Err(root.error(format!("found `{}`, expected a schema", root.name)));
        }
        let own = root.attribute("targetNamespace").unwrap_or_default();
        let target = match into {
            Some(into) if !own.is_empty() && own != into => {
                return Err(root
                    .error(format!("a schema of the namespace `{into}` includes this one of `{own}`"))
                    .hint("use xs:import for another namespace"));
            }
            Some(into) => into.to_owned(),
            None => own.to_owned(),
        };
        let qualified = |attribute: &str| match root.attribute(attribute) {
            None | Some("unqualified") => Ok(false),
            Some("qualified") => Ok(true),
            Some(_) => Err(root.error(format!("`{attribute}` must be `qualified` or `unqualified`"))),
        };
        self.schemas.push(Source {
            file: self.files.len().saturating_sub(1),
            chameleon: own.is_empty() && !target.is_empty(),
            target,
            elements_qualified: qualified("elementFormDefault")?,
            attributes_qualified: qualified("attributeFormDefault")?,
            root,
        });
        Ok(())
    }

    /// Reads all files that the schemas import and include, recursively.
    pub fn follow(&mut self) -> Result<()> {
        let mut next = 0;
        while let Some(schema) = self.schemas.get(next) {
            next += 1;
            let (path, target) = (self.files[schema.file].clone(), schema.target.clone());
            let mut found = Vec::new();
            for node in schema.root.children_in(XS) {
                let include = match node.name.local.as_str() {
                    "import" => false,
                    "include" => true,
                    "redefine" | "override" => {
                        return Err(node
                            .error(format!("xs:{} is not supported", node.name.local))
                            .hint("write the changed types out and use xs:include"));
                    }
                    _ => continue,
                };
                let namespace = node.attribute("namespace").unwrap_or_default().to_owned();
                let Some(location) = node.attribute("schemaLocation") else {
                    if include {
                        return Err(node.error("this xs:include has no schemaLocation"));
                    }
                    continue;
                };
                match locate(&path, node, location) {
                    Ok(file) => found.push((node.place(), file, include, namespace)),
                    // The WSDL has a schema of this namespace, or the file is not needed, as for `xml:lang`.
                    Err(_) if !include && self.has(&namespace) => {}
                    Err(error) => return Err(error),
                }
            }
            for (place, file, include, namespace) in found {
                let key = file.canonicalize().unwrap_or_else(|_| file.clone());
                if !self.seen.insert((key, if include { target.clone() } else { namespace.clone() })) {
                    continue;
                }
                let root = self.read(&file)?;
                if !include && root.attribute("targetNamespace").unwrap_or_default() != namespace {
                    let own = root.attribute("targetNamespace").unwrap_or_default();
                    return Err(Error::new(
                        place,
                        format!("`{namespace}` is imported, but the file is of `{own}`"),
                    )
                    .hint("import the namespace that the file declares as its targetNamespace"));
                }
                self.add(root, include.then_some(target.as_str()))?;
            }
        }
        Ok(())
    }

    fn has(&self, namespace: &str) -> bool {
        namespace == "http://www.w3.org/XML/1998/namespace"
            || self.schemas.iter().any(|schema| schema.target == namespace)
    }
}

/// The file that a location names, relative to the file with the reference. Nothing is fetched from the network; a file
/// with that name beside it is used instead. A location with a query, `service.svc?xsd=xsd0`, is the file `xsd0.xsd`.
pub fn locate(from: &Path, node: &Node, location: &str) -> Result<PathBuf> {
    let folder = from.parent().unwrap_or(Path::new(""));
    let location = location.trim();
    let address = location.split_once("://").map(|(_, address)| address);
    let (path, query) =
        address.unwrap_or(location).split_once('?').unwrap_or((address.unwrap_or(location), ""));
    if address.is_none() && query.is_empty() {
        let path = folder.join(location);
        return if !location.is_empty() && path.is_file() {
            Ok(path)
        } else {
            Err(node
                .error(format!("the file `{}` does not exist", location.escape_debug()))
                .hint("the location is relative to the file that names it"))
        };
    }
    let last = path.rsplit('/').next().unwrap_or_default();
    let mut names = Vec::new();
    match query.split_once('=') {
        Some((_, value)) if value.contains('.') => names.push(value.to_owned()),
        Some((kind, value)) if !value.is_empty() => {
            names.extend([format!("{value}.{kind}"), value.to_owned()])
        }
        _ if query.is_empty() => names.push(last.to_owned()),
        _ => {}
    }
    if !query.is_empty() {
        names.push(format!("{last}?{query}"));
    }
    // Only files in this folder.
    names.retain(|name| !name.is_empty() && name != ".." && !name.contains(['/', '\\', ':']));
    if let Some(path) = names.iter().map(|name| folder.join(name)).find(|path| path.is_file()) {
        return Ok(path);
    }
    let what = match address {
        Some(_) => "is a network address, but schemas are read from files only",
        None => "does not name a file",
    };
    let error = node.error(format!("`{}` {what}", location.escape_debug()));
    Err(match names.first() {
        Some(name) => error.hint(format!("save it as `{}` beside this file", name.escape_debug())),
        None => error.hint("save it beside this file, and write the file's name here"),
    })
}
