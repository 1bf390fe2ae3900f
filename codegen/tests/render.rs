//! Each folder of `fixtures/codegen` whose contract is good holds `expected.rs`: the text that the default options
//! give. The root package compiles these files and uses them (`tests/generated.rs`).

use std::fs;
use std::path::{Path, PathBuf};

use ongoing_codegen::model::{
    Builtin, EnumValue, Field, FieldKind, Message, Name, Operation, OperationNotes, Service, Struct, Type,
    TypeKind, TypeRef,
};
use ongoing_codegen::render::{Options, render};
use ongoing_codegen::wsdl;
use proc_macro2::{TokenStream, TokenTree};

#[test]
fn contracts_become_the_expected_text() {
    let mut differ = Vec::new();
    for case in good_cases() {
        let text = render(&load(&case), &options()).unwrap();
        let expected = case.join("expected.rs");
        if fs::read_to_string(&expected).unwrap_or_default() != text {
            if std::env::var_os("CI").is_none() {
                fs::write(&expected, &text).unwrap();
            }
            differ.push(expected.display().to_string());
        }
    }
    assert!(differ.is_empty(), "the text differs, new texts are written, read them:\n{}", differ.join("\n"));
}

#[test]
fn rendering_is_deterministic() {
    for case in good_cases() {
        let first = render(&load(&case), &options()).unwrap();
        for _ in 0..9 {
            assert!(render(&load(&case), &options()).unwrap() == first, "{}", case.display());
        }
    }
}

#[test]
fn what_generated_code_could_not_do_is_an_error() {
    let case = |name: &str| Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/codegen").join(name);
    let message = |service: &Service| render(service, &options()).unwrap_err().to_string();
    let fields = |service: &mut Service, change: fn(&mut Field)| {
        for ty in &mut service.types {
            if let TypeKind::Struct(structure) = &mut ty.kind {
                structure.fields.iter_mut().for_each(change);
            }
        }
    };
    let mut service = load(&case("recursion"));
    fields(&mut service, |field| field.min = 1);
    let text = message(&service);
    assert!(text.contains("type `{urn:t}Node` must contain a value of itself, endlessly"), "{text}");
    let mut service = load(&case("two-namespaces"));
    fields(&mut service, |field| field.name.local = "Same".to_owned());
    let text = message(&service);
    assert!(text.contains("two members `Same` that differ only in their namespaces"), "{text}");
}

/// Text that breaks out of whatever it is pasted into, if anything can.
const HOSTILE: &[&str] = &[
    "\"; evil!(); \"",
    "\"#; evil!(); r#\"",
    "*/ evil!(); /*",
    "x\nevil!();",
    "x\r\nevil!(); //",
    "x\u{2028}evil!();",
    "{evil!()}",
    "a`; evil!(); `b",
    "]\nevil!();\n#[doc = ",
    "\\\"; evil!(); \\\"",
    "'; evil!(); '",
    "r#fn evil!()",
    "日本 evil!()",
    "\u{202e}evil!();\u{2066}",
    "",
];

#[test]
fn hostile_names_stay_inside_literals_and_comments() {
    for text in HOSTILE {
        let rendered = render(&hostile_service(text), &Options { source: (*text).to_owned(), ..options() });
        let rendered = rendered.unwrap();
        let tokens: TokenStream = rendered.parse().unwrap_or_else(|error| panic!("{text:?}: {error}"));
        let mut words = Vec::new();
        collect(tokens, &mut words);
        for pair in words.windows(2) {
            let called = pair[1] == "!" && pair[0].to_lowercase().contains("evil");
            assert!(!called, "{text:?} became code:\n{rendered}");
        }
        assert!(words.iter().all(|word| word.is_ascii()), "{text:?} became a name:\n{rendered}");
        assert!(!rendered.contains(['\u{202e}', '\u{2066}', '\u{2028}']), "{text:?} turns the text");
        for line in rendered.lines().filter(|line| !line.contains('"') && !line.contains("//")) {
            assert!(line.is_ascii(), "{text:?}: {line}");
        }
    }
}

/// All words and signs outside literals and comments.
fn collect(tokens: TokenStream, words: &mut Vec<String>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => collect(group.stream(), words),
            TokenTree::Ident(ident) => words.push(ident.to_string()),
            TokenTree::Punct(sign) => words.push(sign.as_char().to_string()),
            TokenTree::Literal(_) => {}
        }
    }
}

/// A service in which every text that comes from a contract is `text`, as far as the model allows.
fn hostile_service(text: &str) -> Service {
    let named = |suffix: &str| Name::new(text, format!("{text}{suffix}"));
    let field = |suffix: &str, kind, ty| Field {
        name: named(suffix),
        kind,
        ty,
        min: 0,
        max: Some(1),
        nillable: false,
        default: Some(text.to_owned()),
        doc: Some(text.to_owned()),
        length: None,
        required: false,
        confidence: Some(text.to_owned()),
    };
    let ty = |suffix: &str, kind| Type {
        name: named(suffix),
        inline: false,
        kind,
        doc: Some(text.to_owned()),
        confidence: Some(text.to_owned()),
        place: text.to_owned(),
    };
    let structure = |base, inherited, fields| {
        TypeKind::Struct(Struct { base, inherited, fields, open: true, ..Struct::default() })
    };
    let string = || TypeRef::Builtin(Builtin::String);
    let own = || field("m", FieldKind::Element, TypeRef::Named(named("e")));
    let attribute = || field("a", FieldKind::Attribute, string());
    Service {
        name: text.to_owned(),
        namespace: text.to_owned(),
        operations: vec![Operation {
            name: format!("{text}o"),
            action: text.to_owned(),
            request: Some(Message { element: named("q"), ty: TypeRef::Named(named("q")), inline: true }),
            response: Some(Message { element: named("r"), ty: TypeRef::Named(named("r")), inline: true }),
            request_headers: vec![field("h", FieldKind::Element, string())],
            response_headers: vec![field("k", FieldKind::Element, TypeRef::Named(named("e")))],
            faults: vec![named("f")],
            notes: OperationNotes {
                doc: Some(text.to_owned()),
                group: Some(text.to_owned()),
                page: Some(text.to_owned()),
                confidence: Some(text.to_owned()),
                ..OperationNotes::default()
            },
        }],
        types: vec![
            ty("q", structure(None, 0, vec![field("p", FieldKind::Element, TypeRef::Named(named("s")))])),
            ty("r", structure(None, 0, vec![field("p", FieldKind::Element, TypeRef::Named(named("d")))])),
            ty("s", structure(None, 0, vec![attribute(), own()])),
            ty(
                "d",
                structure(
                    Some(named("s")),
                    2,
                    vec![attribute(), own(), field("n", FieldKind::Element, string())],
                ),
            ),
            ty("e", TypeKind::Enum(vec![EnumValue { text: text.to_owned(), doc: Some(text.to_owned()) }])),
        ],
        notes: vec![text.to_owned()],
        ..Service::default()
    }
}

fn options() -> Options {
    Options::default()
}

fn load(case: &Path) -> Service {
    let annotations = case.join("annotations.toml");
    let annotations = annotations.is_file().then_some(annotations);
    let (service, _) = wsdl::load(&case.join("in.wsdl"), annotations.as_deref(), None)
        .unwrap_or_else(|error| panic!("{}: {error}", case.display()));
    service
}

fn good_cases() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/codegen");
    let mut cases: Vec<_> = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.retain(|case| case.join("in.wsdl").is_file() && !case.join("expected.err").exists());
    cases.sort();
    assert!(!cases.is_empty());
    cases
}

/// The methods that `impl Client { .. }` has by hand, in the files of the client.
fn methods_by_hand() -> Vec<String> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src");
    let mut files: Vec<PathBuf> =
        ["client.rs", "rows.rs", "pages.rs"].iter().map(|name| src.join(name)).collect();
    files.extend(fs::read_dir(src.join("client")).unwrap().map(|entry| entry.unwrap().path()));
    let mut methods = Vec::new();
    for file in files {
        let tokens: TokenStream = fs::read_to_string(&file).unwrap().parse().unwrap();
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for window in tokens.windows(3) {
            let [TokenTree::Ident(first), TokenTree::Ident(second), TokenTree::Group(body)] = window else {
                continue;
            };
            if first != "impl" || second != "Client" {
                continue;
            }
            let body: Vec<TokenTree> = body.stream().into_iter().collect();
            for pair in body.windows(2) {
                if let [TokenTree::Ident(keyword), TokenTree::Ident(name)] = pair
                    && keyword == "fn"
                {
                    methods.push(name.to_string());
                }
            }
        }
    }
    methods.sort();
    methods.dedup();
    methods
}

#[test]
fn no_generated_method_has_the_name_of_one_that_the_client_has_by_hand() {
    let by_hand = methods_by_hand();
    assert!(by_hand.contains(&"call".to_owned()) && by_hand.contains(&"rows".to_owned()), "{by_hand:?}");
    let known = ongoing_codegen::names::CLIENT_METHODS;
    let missing: Vec<&String> = by_hand.iter().filter(|name| !known.contains(&name.as_str())).collect();
    assert!(missing.is_empty(), "add these to CLIENT_METHODS in codegen/src/names.rs: {missing:?}");
}
