//! The schemas of a contract, each as a text of its own.

use std::fs;
use std::path::{Path, PathBuf};

use roxmltree::{Document, Node, ParsingOptions};

pub const XS: &str = "http://www.w3.org/2001/XMLSchema";

/// One `xs:schema`, as a text of its own.
pub struct SchemaText {
    pub target: String,
    pub text: String,
}

/// All schemas of a contract: those in the WSDL, and the files that they import and include.
pub fn schema_texts(wsdl: &Path) -> Vec<SchemaText> {
    let (mut texts, mut seen, mut queue) = (Vec::new(), Vec::new(), vec![(wsdl.to_owned(), None::<String>)]);
    while let Some((path, into)) = queue.pop() {
        if seen.contains(&(path.clone(), into.clone())) {
            continue;
        }
        seen.push((path.clone(), into.clone()));
        let text = fs::read_to_string(&path).unwrap();
        let document = parse(&text);
        for node in document.descendants() {
            if node.has_tag_name((XS, "schema")) {
                let own = node.attribute("targetNamespace").map(str::to_owned);
                let target = own.clone().or(into.clone()).unwrap_or_default();
                texts.push(SchemaText {
                    target: target.clone(),
                    text: standalone(&text, node, own.is_none(), &target),
                });
                for child in node.children() {
                    let Some(file) = child.attribute("schemaLocation").and_then(|at| beside(&path, at))
                    else {
                        continue;
                    };
                    let chameleon = child.has_tag_name((XS, "include")).then(|| target.clone());
                    queue.push((file, chameleon));
                }
            } else if node.tag_name().name() == "import" {
                queue.extend(
                    node.attribute("location").and_then(|at| beside(&path, at)).map(|file| (file, None)),
                );
            }
        }
    }
    texts
}

fn beside(path: &Path, location: &str) -> Option<PathBuf> {
    let folder = path.parent().unwrap();
    let name = match location.split_once('?') {
        Some((_, query)) => {
            let (kind, value) = query.split_once('=')?;
            if value.contains('.') { value.to_owned() } else { format!("{value}.{kind}") }
        }
        None => location
            .rsplit_once("//")
            .map_or(location, |(_, path)| path.rsplit('/').next().unwrap())
            .to_owned(),
    };
    Some(folder.join(name)).filter(|file| file.is_file())
}

/// The text of a schema with all that is declared round it.
fn standalone(text: &str, node: Node<'_, '_>, chameleon: bool, target: &str) -> String {
    let whole = &text[node.range()];
    let name = whole[1..].split([' ', '\n', '\t', '>', '/']).next().unwrap();
    let tag = &whole[..whole.find('>').unwrap()];
    let mut declared = String::new();
    for space in node.namespaces() {
        let attribute = match space.name() {
            Some("xml") => continue,
            Some(prefix) => format!("xmlns:{prefix}="),
            None => "xmlns=".to_owned(),
        };
        if !tag.contains(&attribute) {
            declared.push_str(&format!(" {attribute}\"{}\"", space.uri()));
        }
    }
    if chameleon && !target.is_empty() {
        declared.push_str(&format!(" targetNamespace=\"{target}\""));
        if !tag.contains("xmlns=") && !declared.contains("xmlns=") {
            declared.push_str(&format!(" xmlns=\"{target}\""));
        }
    }
    format!("<{name}{declared}{}", &whole[1 + name.len()..])
}

pub fn parse(text: &str) -> Document<'_> {
    let options = ParsingOptions { allow_dtd: false, ..ParsingOptions::default() };
    Document::parse_with_options(text, options).unwrap_or_else(|error| panic!("{error}:\n{text}"))
}
