//! Each folder of `fixtures/codegen` holds one small contract, named for its point: `in.wsdl`, with `model.txt` (the
//! model as [`picture`] shows it) or `expected.err` (the message).

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use ongoing_codegen::model::{
    Builtin, Field, FieldKind, Message, Name, Operation, Service, Struct, Type, TypeKind, TypeRef,
};
use ongoing_codegen::wsdl;

#[test]
fn contracts_are_understood() {
    let mut differ = Vec::new();
    for case in cases() {
        let annotations = case.join("annotations.toml");
        let annotations = annotations.is_file().then_some(annotations);
        match wsdl::load(&case.join("in.wsdl"), annotations.as_deref()) {
            Ok((service, files)) => {
                assert!(!case.join("expected.err").exists(), "{}: no error", case.display());
                let text = picture(&service, &files, &case);
                differ.extend(check(&case.join("model.txt"), &text));
            }
            Err(error) => {
                assert!(!case.join("model.txt").exists(), "{}: {error}", case.display());
                let text = format!("{error}\n").replace(&format!("{}/", case.display()), "");
                differ.extend(check(&case.join("expected.err"), &text));
            }
        }
    }
    assert!(differ.is_empty(), "new texts are written, read them:\n{}", differ.join("\n"));
}

#[test]
fn reading_is_deterministic() {
    for case in cases().into_iter().filter(|case| case.join("model.txt").exists()) {
        let read = || wsdl::load(&case.join("in.wsdl"), None);
        let first = read();
        for _ in 0..5 {
            assert_eq!(first, read(), "{}", case.display());
        }
    }
}

#[test]
fn cut_and_garbled_contracts_are_errors_and_never_panics() {
    for case in cases() {
        let text = fs::read(case.join("in.wsdl")).unwrap();
        let folder = std::env::temp_dir().join(format!("ongoing-codegen-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("in.wsdl");
        for cut in (0..text.len()).step_by(97) {
            fs::write(&path, &text[..cut]).unwrap();
            assert!(wsdl::load(&path, None).is_err(), "{} cut at {cut}", case.display());
            // A name or a value changed: an error or not, but an answer.
            let mut garbled = text.clone();
            garbled[cut] = garbled[cut].wrapping_add(1) & 0x7f;
            fs::write(&path, &garbled).unwrap();
            let _ = wsdl::load(&path, None);
        }
        fs::remove_dir_all(&folder).unwrap();
    }
}

fn cases() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/codegen");
    let mut cases: Vec<_> = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.retain(|case| case.join("in.wsdl").is_file());
    cases.sort();
    assert!(!cases.is_empty());
    cases
}

/// A difference writes the new text; under CI it does not.
fn check(path: &Path, text: &str) -> Option<String> {
    if fs::read_to_string(path).unwrap_or_default() == text {
        return None;
    }
    if std::env::var_os("CI").is_none() {
        fs::write(path, text).unwrap();
    }
    Some(format!("{}:\n{text}", path.display()))
}

fn picture(service: &Service, files: &[PathBuf], case: &Path) -> String {
    let mut text = format!("service {} in {}\n", service.name, service.namespace);
    for file in files {
        let _ = writeln!(text, "file {}", file.strip_prefix(case).unwrap().display());
    }
    for note in &service.notes {
        let _ = writeln!(text, "note {note}");
    }
    for operation in &service.operations {
        let Operation { name, action, request, response, headers, faults, notes } = operation;
        let _ = writeln!(text, "\noperation {name} {action:?}");
        let message = |Message { element, ty, inline }: &Message| {
            format!(
                "{} = {}{}",
                short(element, service),
                shown(ty, service),
                if *inline { " (inline)" } else { "" }
            )
        };
        let _ = writeln!(text, "  request {}", message(request));
        if let Some(response) = response {
            let _ = writeln!(text, "  response {}", message(response));
        }
        for header in headers {
            let _ = writeln!(text, "  header {}", short(header, service));
        }
        for fault in faults {
            let _ = writeln!(text, "  fault {}", short(fault, service));
        }
        if *notes != Default::default() {
            let _ = writeln!(text, "  {notes:?}");
        }
    }
    for ty in &service.types {
        let Type { name, inline, kind, doc, confidence, place } = ty;
        let _ = write!(text, "\n{}{}", short(name, service), if *inline { " (inline)" } else { "" });
        let place = place.rsplit('/').next().unwrap();
        match kind {
            TypeKind::Struct(Struct { base, inherited, fields, open }) => {
                let _ = write!(text, " struct");
                if let Some(base) = base {
                    let _ = write!(text, " extends {} ({inherited} inherited)", short(base, service));
                }
                let _ = writeln!(text, "{} {place}", if *open { " open" } else { "" });
                for found in fields {
                    let _ = writeln!(text, "  {}", field(found, service));
                }
            }
            TypeKind::Enum(values) => {
                let _ = writeln!(text, " enum {place}");
                for value in values {
                    let _ = write!(text, "  {:?}", value.text);
                    let _ = writeln!(
                        text,
                        "{}",
                        value.doc.as_ref().map(|doc| format!(" # {doc}")).unwrap_or_default()
                    );
                }
            }
            TypeKind::Alias(target) => {
                let _ = writeln!(text, " alias of {} {place}", shown(target, service));
            }
            TypeKind::List(target) => {
                let _ = writeln!(text, " list of {} {place}", shown(target, service));
            }
        }
        for (label, value) in [("doc", doc), ("confidence", confidence)] {
            if let Some(value) = value {
                let _ = writeln!(text, "  # {label}: {value}");
            }
        }
    }
    text
}

fn field(field: &Field, service: &Service) -> String {
    let Field { name, kind, ty, min, max, nillable, default, doc, length, required, confidence } = field;
    let mut text = match kind {
        FieldKind::Element => short(name, service),
        FieldKind::Attribute => format!("@{}", short(name, service)),
        FieldKind::Text => format!("text() {}", name.local),
    };
    let _ = write!(text, ": {}", shown(ty, service));
    match (min, max) {
        (1, Some(1)) => {}
        (0, Some(1)) => text.push('?'),
        (min, Some(max)) => drop(write!(text, " {min}..{max}")),
        (min, None) => drop(write!(text, " {min}..")),
    }
    for (said, what) in [(nillable, "nillable"), (required, "required")] {
        if *said {
            let _ = write!(text, " {what}");
        }
    }
    if let Some(length) = length {
        let _ = write!(text, " length {length}");
    }
    if let Some(default) = default {
        let _ = write!(text, " = {default:?}");
    }
    for (label, value) in [("", doc), ("confidence ", confidence)] {
        if let Some(value) = value {
            let _ = write!(text, " # {label}{value}");
        }
    }
    text
}

fn shown(ty: &TypeRef, service: &Service) -> String {
    match ty {
        TypeRef::Builtin(Builtin::Any) => "any".to_owned(),
        TypeRef::Builtin(builtin) => format!("{builtin:?}").to_lowercase(),
        TypeRef::Named(name) => {
            assert_eq!(
                service.types.iter().filter(|ty| ty.name == *name).count(),
                1,
                "{name} leads to one type"
            );
            short(name, service)
        }
    }
}

/// Names in the namespace of the service stand alone.
fn short(name: &Name, service: &Service) -> String {
    if name.namespace == service.namespace {
        name.local.clone()
    } else if name.namespace.is_empty() {
        format!("{{}}{}", name.local)
    } else {
        name.to_string()
    }
}
