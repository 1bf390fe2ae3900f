//! Maps XML names to Rust names; all names are created here.
//!
//! A WSDL is untrusted text. Every name made here matches `[A-Za-z_][A-Za-z0-9_]*`, with `r#` before it or `_` after it
//! if Rust reserves the word. A duplicate name gets a suffix with the reason, and a number only if no suffix is left.

use std::collections::{BTreeMap, BTreeSet};

use heck::{ToPascalCase, ToSnakeCase};

use crate::model::{Field, FieldKind, Index, Message, Name, Operation, Service, Type, TypeKind, TypeRef};

/// Names that generated code uses from Rust's prelude; a type of the contract may not hide them.
const PRELUDE: &[&str] = &[
    "Box",
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Display",
    "Drop",
    "Eq",
    "Err",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "Hash",
    "Into",
    "Iterator",
    "None",
    "Ok",
    "Option",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Result",
    "Send",
    "Sized",
    "Some",
    "String",
    "Sync",
    "ToOwned",
    "ToString",
    "Unpin",
    "Vec",
];

/// Handwritten methods of `Client`, including private ones: two methods with one name do not compile.
pub const CLIENT_METHODS: &[&str] = &[
    "accepted",
    "attempt",
    "builder",
    "call",
    "call_ref",
    "call_unchecked",
    "call_with_header",
    "check",
    "compare",
    "credentials",
    "envelope",
    "exchange",
    "exchanged",
    "finish",
    "for_goods_owner",
    "is_login_refusal",
    "judged",
    "kept",
    "notice",
    "observe",
    "open",
    "open_with_header",
    "opened",
    "pages",
    "put_aside",
    "read",
    "receive",
    "refused",
    "render",
    "rendered",
    "rest",
    "rows",
    "safe",
    "safe_element",
    "safe_fault",
    "said",
    "send",
    "shown",
    "stream",
    "stream_by_form",
    "stream_of",
    "text",
    "unreadable",
    "url",
    "wait",
    "with_call_timeout",
    "with_retry",
    "write_turns",
    "wrong",
    "wrong_in",
];

/// Keywords that `r#` makes usable.
const RAW_KEYWORDS: &[&str] = &[
    // 2015 strict
    "as", "break", "const", "continue", "else", "enum", "extern", "false", "fn", "for", "if", "impl", "in",
    "let", "loop", "match", "mod", "move", "mut", "pub", "ref", "return", "static", "struct", "trait",
    "true", "type", "unsafe", "use", "where", "while", // 2015 reserved
    "abstract", "become", "box", "do", "final", "macro", "override", "priv", "typeof", "unsized", "virtual",
    "yield", // 2018
    "async", "await", "dyn", "try", // 2024
    "gen",
];

/// Keywords that nothing makes usable.
const HARD_KEYWORDS: &[&str] = &["crate", "self", "Self", "super", "_"];

/// The Rust names of one service.
pub struct Names {
    types: BTreeMap<Name, String>,
    derived: BTreeMap<Name, String>,
    headers: BTreeMap<Vec<Name>, String>,
    operations: BTreeMap<String, OperationNames>,
}

/// The names for the code of an operation.
#[derive(Default)]
struct OperationNames {
    request: String,
    response: String,
    method: String,
}

impl Names {
    pub fn new(service: &Service, index: &Index<'_>) -> Names {
        let mut taken: BTreeSet<String> = PRELUDE.iter().map(|name| (*name).to_owned()).collect();
        let mut names = Names {
            types: BTreeMap::new(),
            derived: BTreeMap::new(),
            headers: BTreeMap::new(),
            operations: BTreeMap::new(),
        };
        let referred = referred_types(service);
        let wrappers = |operation| wrapper_types(index, operation);
        let mut wrappers: BTreeSet<&Name> = service.operations.iter().flat_map(wrappers).collect();
        wrappers.retain(|name| !referred.contains(name));
        for ty in service.types.iter().filter(|ty| !wrappers.contains(&ty.name)) {
            names.types.insert(ty.name.clone(), free_type_name(&ty.name, service, &mut taken));
        }
        for operation in &service.operations {
            let own = type_ident(&operation.name);
            let element = |message: &Option<Message>| {
                message.as_ref().map(|message| type_ident(&message.element.local))
            };
            let request = element(&operation.request).unwrap_or_else(|| own.clone());
            let request = match taken.contains(&request) {
                // Another operation or a type has the element's name.
                true if names.has_request(&request) => {
                    free(&[request, own.clone()], &["Request"], &mut taken)
                }
                _ => free(&[request], &["Request"], &mut taken),
            };
            let response = match element(&operation.response) {
                Some(response) => free(&[response], &["Answer"], &mut taken),
                None => free(&[format!("{own}Answer")], &["Answer"], &mut taken),
            };
            let found = OperationNames { request, response, method: String::new() };
            names.operations.insert(operation.name.clone(), found);
        }
        for base in service.types.iter().filter_map(base_of) {
            if let (Some(name), false) = (names.types.get(base), names.derived.contains_key(base)) {
                let name = free(&[format!("{name}Derived")], &["Types"], &mut taken);
                names.derived.insert(base.clone(), name);
            }
        }
        for operation in &service.operations {
            for headers in [&operation.request_headers, &operation.response_headers] {
                if !headers.is_empty() {
                    let free_name =
                        || free(&[type_ident(&format!("{}Header", operation.name))], &["Blocks"], &mut taken);
                    names.headers.entry(elements(headers)).or_insert_with(free_name);
                }
            }
        }
        let mut methods: BTreeSet<String> = CLIENT_METHODS.iter().map(|name| (*name).to_owned()).collect();
        for operation in &service.operations {
            let method = keyword(free(&[snake(&operation.name)], &["_operation"], &mut methods));
            names.operations.entry(operation.name.clone()).or_default().method = method;
        }
        names
    }

    fn has_request(&self, name: &str) -> bool {
        self.operations.values().any(|known| known.request == name)
    }

    /// Name of a structure or enumeration.
    pub fn ty(&self, name: &Name) -> &str {
        self.types.get(name).map_or("", String::as_str)
    }

    /// Name of the enumeration of what derived types add to a structure.
    pub fn derived(&self, base: &Name) -> &str {
        self.derived.get(base).map_or("", String::as_str)
    }

    /// Name of the structure that holds the blocks of a header.
    pub fn header(&self, headers: &[Field]) -> &str {
        self.headers.get(&elements(headers)).map_or("", String::as_str)
    }

    /// Names of all structures that hold the blocks of a header.
    pub fn headers(&self) -> impl Iterator<Item = &str> {
        self.headers.values().map(String::as_str)
    }

    /// Name of the structure that holds an operation's own members.
    pub fn request(&self, operation: &Operation) -> &str {
        self.operations.get(&operation.name).map_or("", |names| &names.request)
    }

    /// Name of the structure that holds an answer of several parts.
    pub fn response(&self, operation: &Operation) -> &str {
        self.operations.get(&operation.name).map_or("", |names| &names.response)
    }

    /// Name of the method on the client.
    pub fn method(&self, operation: &Operation) -> &str {
        self.operations.get(&operation.name).map_or("", |names| &names.method)
    }
}

fn elements(headers: &[Field]) -> Vec<Name> {
    headers.iter().map(|header| header.name.clone()).collect()
}

fn base_of(ty: &Type) -> Option<&Name> {
    match &ty.kind {
        TypeKind::Struct(structure) => structure.base.as_ref(),
        _ => None,
    }
}

/// The types that members, headers and other types use.
fn referred_types(service: &Service) -> BTreeSet<&Name> {
    fn named(ty: &TypeRef) -> Option<&Name> {
        match ty {
            TypeRef::Named(name) => Some(name),
            TypeRef::Builtin(_) => None,
        }
    }
    let of_types = service.types.iter().flat_map(|ty| match &ty.kind {
        TypeKind::Struct(structure) => structure.fields.iter().map(|field| &field.ty).collect::<Vec<_>>(),
        TypeKind::Alias(target) | TypeKind::List(target) => vec![target],
        TypeKind::Enum(_) => Vec::new(),
    });
    let headers = service
        .operations
        .iter()
        .flat_map(|operation| operation.request_headers.iter().chain(&operation.response_headers));
    of_types.chain(headers.map(|header| &header.ty)).filter_map(named).collect()
}

/// The inline types of an operation's request and response elements that hold members and nothing else: they have no
/// Rust type of their own unless something else refers to them.
fn wrapper_types<'a>(index: &Index<'_>, operation: &'a Operation) -> impl Iterator<Item = &'a Name> {
    let messages = operation.request.iter().chain(&operation.response);
    messages.filter(|message| message.inline && index.is_wrapper(message)).filter_map(
        |message| match &message.ty {
            TypeRef::Named(name) => Some(name),
            TypeRef::Builtin(_) => None,
        },
    )
}

/// The first free candidate, else the first candidate with the first suffix that makes it unique, or a number.
fn free(candidates: &[String], suffixes: &[&str], taken: &mut BTreeSet<String>) -> String {
    let first = candidates.first().map(String::as_str).unwrap_or_default();
    let bare = first.trim_end_matches('_');
    let suffixed = suffixes.iter().map(|suffix| match suffix.starts_with('_') {
        true => format!("{first}{suffix}"),
        false => format!("{bare}{suffix}"),
    });
    let numbered = (2_u32..).map(|number| {
        let dash = if first.starts_with(|first: char| first.is_lowercase()) { "_" } else { "" };
        format!("{bare}{dash}{number}")
    });
    let mut names = candidates.iter().cloned().chain(suffixed).chain(numbered);
    let name = names.find(|name| !taken.contains(name)).unwrap_or_default();
    taken.insert(name.clone());
    name
}

fn free_type_name(name: &Name, service: &Service, taken: &mut BTreeSet<String>) -> String {
    let plain = type_ident(&name.local);
    let space = type_ident(last_word(&name.namespace));
    let case = if name.local.starts_with(|first: char| first.is_uppercase()) { "Upper" } else { "Lower" };
    let mut candidates = vec![plain.clone()];
    if name.namespace != service.namespace {
        candidates.push(format!("{plain}{space}"));
    }
    free(&candidates, &["Type", case], taken)
}

/// The last word of a namespace name, as a suffix: `urn:acme:common` gives `common`.
fn last_word(namespace: &str) -> &str {
    namespace.trim_end_matches(['/', ':']).rsplit(['/', ':']).next().unwrap_or_default()
}

/// ASCII letters and digits are kept; everything else separates words or, if nothing would be left, is spelled out.
fn ascii(text: &str) -> String {
    let mut out = String::new();
    for char in text.chars() {
        match char {
            'a'..='z' | 'A'..='Z' | '0'..='9' => out.push(char),
            _ if char.is_ascii() => out.push('_'),
            _ => out.push_str(&format!("_u{:x}_", u32::from(char))),
        }
    }
    out
}

/// A type's or value's name: `type-of.thing` gives `TypeOfThing`. Names in Pascal case are unchanged.
fn type_ident(text: &str) -> String {
    let ascii = ascii(text);
    let words = ascii.split('_').filter(|word| !word.is_empty());
    let mut name: String = words.map(capitalized).collect();
    if name.is_empty() || name.starts_with(|first: char| first.is_ascii_digit()) {
        name.insert_str(0, "Value");
    }
    if HARD_KEYWORDS.contains(&name.as_str()) { format!("{name}_") } else { name }
}

fn capitalized(word: &str) -> String {
    if word.chars().all(|char| char.is_ascii_lowercase() || char.is_ascii_digit()) {
        return word.to_pascal_case();
    }
    let (first, rest) = word.split_at(1);
    format!("{}{rest}", first.to_ascii_uppercase())
}

fn snake(text: &str) -> String {
    let name = ascii(text).to_snake_case();
    if name.is_empty() || name.starts_with(|first: char| first.is_ascii_digit()) {
        format!("value_{name}")
    } else {
        name
    }
}

fn keyword(name: String) -> String {
    if RAW_KEYWORDS.contains(&name.as_str()) {
        format!("r#{name}")
    } else if HARD_KEYWORDS.contains(&name.as_str()) {
        format!("{name}_")
    } else {
        name
    }
}

/// Field names of a structure, in the order of its members. `reserved` are names that the generator itself gives.
pub fn fields(members: &[&Field], reserved: &[&str]) -> Vec<String> {
    let mut taken: BTreeSet<String> = reserved.iter().map(|name| (*name).to_owned()).collect();
    members
        .iter()
        .map(|member| {
            let kind = match member.kind {
                FieldKind::Attribute => "_attribute",
                FieldKind::Group => "_group",
                FieldKind::Element | FieldKind::Text => "_element",
            };
            let case = if member.name.local.starts_with(|first: char| first.is_uppercase()) {
                "_upper"
            } else {
                "_lower"
            };
            keyword(free(&[snake(&member.name.local)], &[kind, case], &mut taken))
        })
        .collect()
}

/// Variant names of an enumeration, in the order of its values.
pub fn variants(ty: &Type) -> Vec<String> {
    let TypeKind::Enum(values) = &ty.kind else { return Vec::new() };
    // `ALL` is the list of all values.
    let mut taken = BTreeSet::from([UNLISTED.to_owned(), "ALL".to_owned()]);
    values
        .iter()
        .map(|value| {
            let case =
                if value.text.starts_with(|first: char| first.is_uppercase()) { "Upper" } else { "Lower" };
            let spelt: String = value.text.chars().map(spell).collect();
            free(&[type_ident(&value.text), type_ident(&spelt)], &[case, "Value"], &mut taken)
        })
        .collect()
}

/// The variant for texts that the contract does not list.
pub const UNLISTED: &str = "Unlisted";

fn spell(char: char) -> String {
    if char.is_ascii_alphanumeric() { char.to_string() } else { format!("_u{:x}_", u32::from(char)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_keyword_becomes_usable() {
        for word in RAW_KEYWORDS {
            assert_eq!(keyword((*word).to_owned()), format!("r#{word}"));
        }
        for word in HARD_KEYWORDS {
            assert_eq!(keyword((*word).to_owned()), format!("{word}_"));
        }
    }

    #[test]
    fn member_names() {
        for (xml, rust) in [
            ("GoodsOwnerId", "goods_owner_id"),
            ("SMSNotification", "sms_notification"),
            ("UNNumber", "un_number"),
            ("isLocked", "is_locked"),
            ("FreeText1", "free_text1"),
            ("TelePhone", "tele_phone"),
            ("line-no.x", "line_no_x"),
            ("2nd", "value_2nd"),
            ("größe", "gr_uf6_uf_e".replace("uf_e", "udf_e").as_str()),
        ] {
            assert_eq!(snake(xml), rust, "{xml}");
        }
    }

    #[test]
    fn type_names() {
        for (xml, rust) in [
            ("ArticleDefinition", "ArticleDefinition"),
            ("ArticleInfo_GetMovements", "ArticleInfoGetMovements"),
            ("type-of.thing", "TypeOfThing"),
            ("Address_PostCode", "AddressPostCode"),
            ("SystemId", "SystemId"),
            ("1.5", "Value15"),
            ("self", "Self_"),
            ("", "Value"),
            ("{evil}; fn main() {}", "EvilFnMain"),
        ] {
            assert_eq!(type_ident(xml), rust, "{xml}");
        }
    }

    #[test]
    fn only_plain_ascii_leaves() {
        for hostile in ["a\"b", "x\n#[test]", "ö", "日本", "a b", "`", "\\", "*/", "r#fn", "''"] {
            for name in [type_ident(hostile), snake(hostile)] {
                assert!(name.chars().all(|char| char.is_ascii_alphanumeric() || char == '_'), "{name}");
                assert!(
                    !name.starts_with(|first: char| first.is_ascii_digit()) && !name.is_empty(),
                    "{name}"
                );
            }
        }
    }
}
