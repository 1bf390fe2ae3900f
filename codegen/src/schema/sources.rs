//! The schemas of a contract: those inside the WSDL and the files that they import and include.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::XS;
use super::tree::{Document, Node};
use crate::error::{Error, Result};

/// One `xs:schema`.
#[derive(Debug)]
pub struct Source {
    /// Which of [`Sources::files`] it stands in.
    pub file: usize,
    /// The namespace that its declarations are in.
    pub target: String,
    /// It has no namespace of its own and took that of the schema that includes it.
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

    /// Takes a schema that stands in the file read last. `into` is the namespace of the schema that includes it.
    pub fn add(&mut self, root: Node, into: Option<&str>) -> Result<()> {
        if !root.is(XS, "schema") {
            return Err(root.error(format!("`{}` stands where a schema is expected", root.name)));
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

    /// Reads all files that the schemas import and include, and those that these do.
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
                    // The WSDL holds this namespace itself, or nobody needs the file: `xml:lang` and its kin.
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

/// The file that a location names: one beside the file that names it. What lies in the network is never fetched;
/// a file of that name beside it is taken instead.
pub fn locate(from: &Path, node: &Node, location: &str) -> Result<PathBuf> {
    let folder = from.parent().unwrap_or(Path::new(""));
    let location = location.trim();
    let Some((_, address)) = location.split_once("://") else {
        let path = folder.join(location);
        return if path.is_file() {
            Ok(path)
        } else {
            Err(node
                .error(format!("the file `{}` does not exist", location.escape_debug()))
                .hint("the location is relative to the file that names it"))
        };
    };
    // `http://host/service.svc?xsd=xsd0` has no better name than `xsd0`.
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let name = match query.split_once('=') {
        Some((kind, name)) if !name.is_empty() => format!("{name}.{kind}"),
        _ => path.rsplit('/').next().unwrap_or_default().to_owned(),
    };
    let plain = !name.is_empty() && !name.contains(['/', '\\']) && name != "..";
    let path = folder.join(&name);
    if plain && path.is_file() {
        return Ok(path);
    }
    Err(node
        .error(format!(
            "`{}` lies in the network, and nothing is fetched from there",
            location.escape_debug()
        ))
        .hint(format!("save it as `{}` beside this file", name.escape_debug())))
}
