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
        match wsdl::load(&case.join("in.wsdl"), annotations.as_deref(), None) {
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
        let read = || wsdl::load(&case.join("in.wsdl"), None, None);
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
            assert!(wsdl::load(&path, None, None).is_err(), "{} cut at {cut}", case.display());
            // A name or a value changed: an error or not, but an answer.
            let mut garbled = text.clone();
            garbled[cut] = garbled[cut].wrapping_add(1) & 0x7f;
            fs::write(&path, &garbled).unwrap();
            let _ = wsdl::load(&path, None, None);
        }
        fs::remove_dir_all(&folder).unwrap();
    }
}

/// A contract with one operation, of which the request is of the type `T0`.
fn contract(schema: &str) -> PathBuf {
    static NUMBER: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let path = std::env::temp_dir().join(format!("ongoing-codegen-{}-{number}.wsdl", std::process::id()));
    let text = format!(
        "<definitions xmlns='http://schemas.xmlsoap.org/wsdl/' xmlns:s='http://www.w3.org/2001/XMLSchema'
           xmlns:soap='http://schemas.xmlsoap.org/wsdl/soap/' xmlns:t='urn:t' targetNamespace='urn:t'>
         <types><s:schema targetNamespace='urn:t' elementFormDefault='qualified'>
           <s:element name='Ask' type='t:T0'/>{schema}
         </s:schema></types>
         <message name='In'><part name='p' element='t:Ask'/></message>
         <portType name='P'><operation name='Ask'><input message='t:In'/></operation></portType>
         <binding name='B' type='t:P'><soap:binding/><operation name='Ask'><soap:operation soapAction='urn:t/Ask'/>
           <input><soap:body use='literal'/></input></operation></binding>
         </definitions>"
    );
    fs::write(&path, text).unwrap();
    path
}

/// What becomes of a contract, in how much time: the code's length or the message.
fn timed(schema: &str) -> (Result<usize, String>, std::time::Duration) {
    let path = contract(schema);
    let started = std::time::Instant::now();
    let text = wsdl::load(&path, None, None)
        .and_then(|(service, _)| ongoing_codegen::render::render(&service, &Default::default()));
    let took = started.elapsed();
    fs::remove_file(&path).unwrap();
    (text.map(|text| text.len()).map_err(|error| error.to_string()), took)
}

#[test]
fn large_contracts_take_no_more_time_than_their_size_asks_for() {
    const TYPES: usize = 5_000;
    const MOST: std::time::Duration = std::time::Duration::from_secs(60);
    let element = |name: &str, ty: &str| format!("<s:element name='{name}' type='{ty}' minOccurs='0'/>");
    let ty = |number: usize, inside: &str| {
        format!("<s:complexType name='T{number}'><s:sequence>{inside}</s:sequence></s:complexType>")
    };
    let all = |of: &dyn Fn(usize) -> String| (0..TYPES).map(of).collect::<String>();
    let chain = all(&|number| {
        let next =
            if number + 1 < TYPES { element("Next", &format!("t:T{}", number + 1)) } else { String::new() };
        ty(number, &format!("{}{next}", element("Id", "s:int")))
    });
    let star = all(&|number| {
        let members = if number == 0 {
            (1..TYPES).map(|to| element(&format!("M{to}"), &format!("t:T{to}"))).collect()
        } else {
            element("Id", "s:int")
        };
        ty(number, &members)
    });
    let circle = all(&|number| ty(number, &element("Next", &format!("t:T{}", (number + 1) % TYPES))));
    let needs = all(&|number| {
        let inside = match number + 1 < TYPES {
            true => format!("<s:element name='Next' type='t:T{}'/>", number + 1),
            false => "<s:element name='Kind' type='t:Kind'/>".to_owned(),
        };
        ty(number, &inside)
    }) + "<s:simpleType name='Kind'><s:restriction base='s:string'><s:enumeration value='a'/></s:restriction></s:simpleType>";
    for (shape, schema) in [("chain", chain), ("star", star), ("circle", circle), ("needs", needs)] {
        let (made, took) = timed(&schema);
        eprintln!("{shape}: {took:?}");
        assert!(made.is_ok_and(|length| length > TYPES * 100), "{shape}");
        assert!(took < MOST, "{shape}: {took:?}");
    }
}

#[test]
fn contracts_without_an_end_are_refused_in_little_time() {
    const MOST: std::time::Duration = std::time::Duration::from_secs(20);
    let group = |number: usize, times: usize| {
        let inside = format!("<s:group ref='t:g{}'/>", number + 1).repeat(times);
        format!("<s:group name='g{number}'><s:sequence>{inside}</s:sequence></s:group>")
    };
    let start = "<s:complexType name='T0'><s:group ref='t:g0'/></s:complexType>";
    let end = |number: usize| {
        format!(
            "<s:group name='g{number}'><s:sequence><s:element name='E' type='s:int'/></s:sequence></s:group>"
        )
    };
    let wide = start.to_owned() + &(0..40).map(|number| group(number, 2)).collect::<String>() + &end(40);
    let deep =
        start.to_owned() + &(0..5_000).map(|number| group(number, 1)).collect::<String>() + &end(5_000);
    let bases = "<s:complexType name='T0'/>".to_owned()
        + &(1..5_000)
            .map(|number| {
                format!(
                    "<s:complexType name='T{number}'><s:complexContent><s:extension base='t:T{}'><s:sequence>\
                     <s:element name='M{number}' type='s:int'/></s:sequence></s:extension></s:complexContent></s:complexType>",
                    number - 1
                )
            })
            .collect::<String>();
    for (shape, schema, expected) in [
        ("wide", wide, "more than 10000 members in one type or group"),
        ("deep", deep, "groups refer to groups more than 100 levels deep"),
        ("bases", bases, "references to groups and bases add more than 500000 members"),
    ] {
        let (made, took) = timed(&schema);
        let error = made.unwrap_err();
        assert!(error.contains(expected), "{shape}: {error}");
        assert!(took < MOST, "{shape}: {took:?}");
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
        let Operation { name, action, request, response, request_headers, response_headers, faults, notes } =
            operation;
        let _ = writeln!(text, "\noperation {name} {action:?}");
        let message = |Message { element, ty, inline }: &Message| {
            format!(
                "{} = {}{}",
                short(element, service),
                shown(ty, service),
                if *inline { " (inline)" } else { "" }
            )
        };
        if let Some(request) = request {
            let _ = writeln!(text, "  request {}", message(request));
        }
        if let Some(response) = response {
            let _ = writeln!(text, "  response {}", message(response));
        }
        for (way, headers) in [("request", request_headers), ("response", response_headers)] {
            for header in headers {
                let _ = writeln!(text, "  {way} header {}", field(header, service));
            }
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
            TypeKind::Struct(Struct { base, inherited, fields, open, open_at, round }) => {
                let _ = write!(text, " struct");
                if let Some(base) = base {
                    let _ = write!(text, " extends {} ({inherited} inherited)", short(base, service));
                }
                let open = if *open { format!(" open after {open_at}") } else { String::new() };
                let round = match round {
                    Some(alternatives) => format!(" one round, alternatives {alternatives:?}"),
                    None => String::new(),
                };
                let _ = writeln!(text, "{open}{round} {place}");
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
        FieldKind::Group => name.local.clone(),
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
