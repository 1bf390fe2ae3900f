//! For every contract: documents made at random from its schemas, each found valid by xmllint, stay the same on the way
//! from XML through the generated types to XML and to JSON and back.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use ongoing_wms::dynamic::{request_from_json, request_from_xml};
use ongoing_wms::operation::OperationInfo;
use ongoing_wms::transport::Replay;

use crate::exchange::{HEAD, TAIL, client};
use crate::instances::{Schemas, canonical};
use crate::schema_texts::{SchemaText, XS, parse, schema_texts};

/// Documents of each element.
const DOCUMENTS: u64 = 40;

fn case(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/codegen").join(name).join("in.wsdl")
}

fn full_name((namespace, local): (&str, &str)) -> (String, String) {
    (namespace.to_owned(), local.to_owned())
}

#[test]
fn documents_of_the_schemas_come_back_as_they_were() {
    let mut wrong = Vec::new();
    let mut tried = 0;
    for (name, operations) in crate::OPERATIONS {
        let texts = schema_texts(&case(name));
        let documents: Vec<_> =
            texts.iter().map(|schema| (schema.target.as_str(), parse(&schema.text))).collect();
        let schemas = Schemas::new(&documents);
        for operation in *operations {
            for seed in 0..DOCUMENTS {
                if !operation.request.is_empty() {
                    let document = schemas.instance(&full_name(operation.request_name()), seed);
                    wrong.extend(
                        request(operation, &document).err().map(|why| format!("{name}: {why}\n{document}")),
                    );
                    tried += 1;
                }
                if !operation.response.is_empty() {
                    let document = schemas.instance(&full_name(operation.response_name()), seed);
                    wrong.extend(
                        answer(operation, &document).err().map(|why| format!("{name}: {why}\n{document}")),
                    );
                    tried += 1;
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {tried} differ:\n{}",
        wrong.len(),
        wrong[..wrong.len().min(12)].join("\n\n")
    );
    assert!(tried > 3_000, "{tried}");
}

/// XML -> type -> XML, and JSON -> type -> JSON.
fn request(operation: &OperationInfo, document: &str) -> Result<(), String> {
    let envelope = format!("{HEAD}{document}{TAIL}");
    let request = request_from_xml(operation, &envelope).map_err(|error| format!("not read: {error}"))?;
    let json = request.to_json();
    let rendered =
        request.render(&client(Replay::new(), true)).map_err(|error| format!("not written: {error}"))?;
    same(document, rendered.expose())?;
    let again =
        request_from_json(operation, &json).map_err(|error| format!("JSON not read: {error}\n{json}"))?;
    if again.to_json() != json {
        return Err(format!("JSON differs:\n{json}\n{}", again.to_json()));
    }
    // A password is never shown, so that it does not come back.
    if json.to_string().contains("\"***\"") {
        return Ok(());
    }
    let rendered =
        again.render(&client(Replay::new(), true)).map_err(|error| format!("not written: {error}"))?;
    same(document, rendered.expose()).map_err(|why| format!("from JSON: {why}\n{json}"))
}

/// The answer is read strictly, and written as the service would write it.
fn answer(operation: &'static OperationInfo, document: &str) -> Result<(), String> {
    let replay = Replay::new().answer(operation.name, 200, format!("{HEAD}{document}{TAIL}"));
    // Any request will do.
    let texts = schema_texts(&case(crate::case_of(operation)));
    let documents: Vec<_> =
        texts.iter().map(|schema| (schema.target.as_str(), parse(&schema.text))).collect();
    let ask = match operation.request {
        "" => String::new(),
        _ => Schemas::new(&documents).instance(&full_name(operation.request_name()), 0),
    };
    let request =
        request_from_xml(operation, &format!("{HEAD}{ask}{TAIL}")).map_err(|error| error.to_string())?;
    match request.call_unchecked(&client(replay, true)) {
        // A result that is nil is none, as an absent one.
        Ok(answer) if !has_result(document) => match has_result(&answer.to_xml()) {
            true => Err(format!("a result out of nothing: {}", answer.to_xml())),
            false => Ok(()),
        },
        Ok(answer) => same(document, &answer.to_xml()),
        // A result that is nil or absent is none, which is an error for an operation that writes.
        Err(error) if error.to_string().contains("returned no result") && !has_result(document) => Ok(()),
        Err(error) => Err(format!("answer not read: {error}")),
    }
}

fn has_result(document: &str) -> bool {
    let document = parse(document);
    let is_nil = |node: roxmltree::Node<'_, '_>| node.attributes().any(|attribute| attribute.name() == "nil");
    document.root_element().children().any(|child| child.is_element() && !is_nil(child))
}

fn same(document: &str, written: &str) -> Result<(), String> {
    let (before, after) = (parse(document), parse(written));
    let body = after.descendants().find(|node| node.tag_name().name() == "Body");
    let after = body.map_or(after.root_element(), |body| body.first_element_child().unwrap());
    match (canonical(before.root_element()), canonical(after)) {
        (before, after) if before == after => Ok(()),
        (before, after) => Err(format!("XML differs:\n{before}\n{after}")),
    }
}

/// What xmllint cannot judge, and why.
const NOT_JUDGED: &[(&str, &str)] = &[
    ("any", "a strict wildcard takes declared elements only"),
    ("any-base", "libxml2 refuses an extension of anyType that is not mixed"),
    ("simple-content", "libxml2 compares the attributes of a restriction with those of its base's base"),
];

#[test]
fn the_documents_are_valid() {
    if Command::new("xmllint").arg("--version").output().is_err() {
        assert!(std::env::var_os("CI").is_none(), "xmllint is not installed (Debian: libxml2-utils)");
        return eprintln!("not checked: xmllint is not installed");
    }
    let mut wrong = Vec::new();
    let is_judged = |name: &str| NOT_JUDGED.iter().all(|(known, _)| *known != name);
    for (name, operations) in crate::OPERATIONS.iter().filter(|(name, _)| is_judged(name)) {
        let texts = schema_texts(&case(name));
        let documents: Vec<_> =
            texts.iter().map(|schema| (schema.target.as_str(), parse(&schema.text))).collect();
        let schemas = Schemas::new(&documents);
        let folder = tempfile::tempdir().unwrap();
        write_schemas(folder.path(), &texts);
        let mut command = Command::new("xmllint");
        command.current_dir(folder.path()).args(["--noout", "--nonet", "--schema", "all.xsd"]);
        let names = operations
            .iter()
            .flat_map(|it| [(it.request, it.request_name()), (it.response, it.response_name())]);
        for (number, (_, root)) in names.filter(|(name, _)| !name.is_empty()).enumerate() {
            for seed in 0..8 {
                let file = format!("{number}-{seed}.xml");
                fs::write(folder.path().join(&file), schemas.instance(&full_name(root), seed)).unwrap();
                command.arg(file);
            }
        }
        let said = command.output().unwrap();
        if !said.status.success() {
            let said = String::from_utf8_lossy(&said.stderr).into_owned();
            let lines: Vec<&str> = said.lines().filter(|line| !line.ends_with("validates")).take(4).collect();
            wrong.push(format!("{name}: {}", lines.join("\n  ")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Each schema in a file, and one that has them all.
fn write_schemas(folder: &Path, texts: &[SchemaText]) {
    let mut targets: Vec<&str> = texts.iter().map(|schema| schema.target.as_str()).collect();
    targets.sort_unstable();
    targets.dedup();
    let place =
        |target: &str| format!("space{}.xsd", targets.iter().position(|known| *known == target).unwrap());
    let schema = |attributes: &str, inside: &str| {
        format!("<xs:schema xmlns:xs=\"{}\"{attributes}>{inside}</xs:schema>", XS)
    };
    for (number, schema) in texts.iter().enumerate() {
        let mut text = String::new();
        let document = parse(&schema.text);
        let root = document.root_element();
        let mut from = root.first_child().map_or(0, |first| first.range().start);
        text.push_str(&schema.text[..from]);
        let import = |space: &str, at: &str| {
            let space = if space.is_empty() { String::new() } else { format!(" namespace=\"{space}\"") };
            format!("<i:import xmlns:i=\"{}\"{space} schemaLocation=\"{at}\"/>", XS)
        };
        if schema.text.contains("xml:") {
            text.push_str(&import("http://www.w3.org/XML/1998/namespace", "xml.xsd"));
        }
        for node in document.root_element().children().filter(|node| node.is_element()) {
            if matches!(node.tag_name().name(), "import" | "include") {
                text.push_str(&schema.text[from..node.range().start]);
                from = node.range().end;
                let namespace = node.attribute("namespace").unwrap_or_default();
                if node.tag_name().name() == "import"
                    && targets.contains(&namespace)
                    && namespace != schema.target
                {
                    text.push_str(&import(namespace, &place(namespace)));
                }
            }
        }
        text.push_str(&schema.text[from..]);
        fs::write(folder.join(format!("schema{number}.xsd")), text).unwrap();
    }
    let lang = schema(
        " targetNamespace=\"http://www.w3.org/XML/1998/namespace\"",
        "<xs:attribute name=\"lang\" type=\"xs:language\"/>",
    );
    fs::write(folder.join("xml.xsd"), lang).unwrap();
    let mut imports = String::new();
    for target in &targets {
        let includes: String = texts
            .iter()
            .enumerate()
            .filter(|(_, schema)| schema.target == *target)
            .map(|(number, _)| format!("<xs:include schemaLocation=\"schema{number}.xsd\"/>"))
            .collect();
        let own = if target.is_empty() { String::new() } else { format!(" targetNamespace=\"{target}\"") };
        fs::write(folder.join(place(target)), schema(&own, &includes)).unwrap();
        let space = if target.is_empty() { String::new() } else { format!(" namespace=\"{target}\"") };
        imports.push_str(&format!("<xs:import{space} schemaLocation=\"{}\"/>", place(target)));
    }
    fs::write(folder.join("all.xsd"), schema(" targetNamespace=\"urn:all\"", &imports)).unwrap();
}
