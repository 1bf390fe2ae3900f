//! XML name -> Rust name: the only place where names are made.
//!
//! A WSDL is somebody else's text. Whatever it says, what leaves this file matches `[A-Za-z_][A-Za-z0-9_]*`, with
//! `r#` before it or `_` behind it where Rust keeps the word for itself. A clash gets a suffix that says why,
//! never a number.

use std::collections::{BTreeMap, BTreeSet};

use heck::{ToPascalCase, ToSnakeCase};

use crate::error::{Error, Result};
use crate::model::{Field, FieldKind, Name, Operation, Service, Type, TypeKind, TypeRef};

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

/// Methods that `Client` has by hand.
const CLIENT_METHODS: &[&str] =
    &["builder", "call", "call_unchecked", "credentials", "for_goods_owner", "render", "url"];

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
    requests: BTreeMap<String, String>,
    responses: BTreeMap<String, String>,
    methods: BTreeMap<String, String>,
}

impl Names {
    /// # Errors
    /// Two things that would have the same Rust name, where no suffix tells them apart.
    pub fn new(service: &Service) -> Result<Names> {
        let mut taken: BTreeSet<String> = PRELUDE.iter().map(|name| (*name).to_owned()).collect();
        let mut names = Names {
            types: BTreeMap::new(),
            requests: BTreeMap::new(),
            responses: BTreeMap::new(),
            methods: BTreeMap::new(),
        };
        let wrappers = |operation| wrapper_types(service, operation);
        let messages: BTreeSet<&Name> = service.operations.iter().flat_map(wrappers).collect();
        for ty in service.types.iter().filter(|ty| !messages.contains(&ty.name)) {
            let name = free_type_name(&ty.name, service, &mut taken)
                .ok_or_else(|| clash(&ty.place, &format!("type `{}`", ty.name)))?;
            names.types.insert(ty.name.clone(), name);
        }
        for operation in &service.operations {
            let wrong = || clash(&operation.name, "operation");
            let request = free(&[type_ident(&operation.request.element.local)], &["Request"], &mut taken);
            names.requests.insert(operation.name.clone(), request.ok_or_else(wrong)?);
            if let Some(response) = &operation.response {
                let response = free(&[type_ident(&response.element.local)], &["Answer"], &mut taken);
                names.responses.insert(operation.name.clone(), response.ok_or_else(wrong)?);
            }
        }
        let mut methods: BTreeSet<String> = CLIENT_METHODS.iter().map(|name| (*name).to_owned()).collect();
        for operation in &service.operations {
            let method = free(&[snake(&operation.name)], &["_operation"], &mut methods);
            let method = method.ok_or_else(|| clash(&operation.name, "operation"))?;
            names.methods.insert(operation.name.clone(), keyword(method));
        }
        Ok(names)
    }

    /// Name of a structure or enumeration.
    pub fn ty(&self, name: &Name) -> &str {
        self.types.get(name).map_or("", String::as_str)
    }

    /// Name of the structure that holds an operation's own members.
    pub fn request(&self, operation: &Operation) -> &str {
        self.requests.get(&operation.name).map_or("", String::as_str)
    }

    /// Name of the structure that holds an answer of several parts.
    pub fn response(&self, operation: &Operation) -> &str {
        self.responses.get(&operation.name).map_or("", String::as_str)
    }

    /// Name of the method on the client.
    pub fn method(&self, operation: &Operation) -> &str {
        self.methods.get(&operation.name).map_or("", String::as_str)
    }
}

/// The inline types of an operation's request and response elements that hold members and nothing else: they have no
/// Rust type of their own name.
fn wrapper_types<'a>(service: &Service, operation: &'a Operation) -> impl Iterator<Item = &'a Name> {
    let messages = std::iter::once(&operation.request).chain(&operation.response);
    messages.filter(|message| message.inline && service.is_wrapper(message)).filter_map(|message| {
        match &message.ty {
            TypeRef::Named(name) => Some(name),
            TypeRef::Builtin(_) => None,
        }
    })
}

fn clash(place: &str, what: &str) -> Error {
    Error::new(place, format!("{what}: its Rust name is that of another one"))
        .hint("rename one of the two in a copy of the WSDL")
}

/// The first of the candidates that is free, else the first candidate with the first suffix that frees it.
fn free(candidates: &[String], suffixes: &[&str], taken: &mut BTreeSet<String>) -> Option<String> {
    let first = candidates.first()?;
    let suffixed = suffixes.iter().map(|suffix| match suffix.starts_with('_') {
        true => format!("{first}{suffix}"),
        false => format!("{}{suffix}", first.trim_end_matches('_')),
    });
    let name = candidates.iter().cloned().chain(suffixed).find(|name| !taken.contains(name))?;
    taken.insert(name.clone());
    Some(name)
}

fn free_type_name(name: &Name, service: &Service, taken: &mut BTreeSet<String>) -> Option<String> {
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

/// Letters and digits of ASCII stay, everything else parts words or, where nothing would be left, is spelt out.
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

/// A type's or value's name: `type-of.thing` gives `TypeOfThing`. What is in Pascal case already stays as it is.
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
///
/// # Errors
/// As [`Names::new`].
pub fn fields(members: &[&Field], reserved: &[&str], place: &str) -> Result<Vec<String>> {
    let mut taken: BTreeSet<String> = reserved.iter().map(|name| (*name).to_owned()).collect();
    members
        .iter()
        .map(|member| {
            let kind = if member.kind == FieldKind::Attribute { "_attribute" } else { "_element" };
            let case = if member.name.local.starts_with(|first: char| first.is_uppercase()) {
                "_upper"
            } else {
                "_lower"
            };
            let name = free(&[snake(&member.name.local)], &[kind, case], &mut taken);
            name.map(keyword).ok_or_else(|| clash(place, &format!("member `{}`", member.name)))
        })
        .collect()
}

/// Variant names of an enumeration, in the order of its values.
///
/// # Errors
/// As [`Names::new`].
pub fn variants(ty: &Type) -> Result<Vec<String>> {
    let TypeKind::Enum(values) = &ty.kind else { return Ok(Vec::new()) };
    let mut taken = BTreeSet::from([UNLISTED.to_owned()]);
    values
        .iter()
        .map(|value| {
            let case =
                if value.text.starts_with(|first: char| first.is_uppercase()) { "Upper" } else { "Lower" };
            let spelt: String = value.text.chars().map(spell).collect();
            let name = free(&[type_ident(&value.text), type_ident(&spelt)], &[case, "Value"], &mut taken);
            name.ok_or_else(|| clash(&ty.place, &format!("value `{}`", value.text)))
        })
        .collect()
}

/// The variant that keeps text which the contract does not list.
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
