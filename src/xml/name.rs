//! Which names XML can carry. Elements of open content have undeclared names.

use super::scope::{XML, XMLNS};
use super::split_name;

/// Returns whether the text is a name without a prefix, by XML 1.0 (fifth edition).
pub(super) fn is_ncname(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(starts_name) && chars.all(|char| starts_name(char) || continues_name(char))
}

fn starts_name(char: char) -> bool {
    matches!(char,
        'A'..='Z' | '_' | 'a'..='z' | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}'
        | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}' | '\u{200C}' | '\u{200D}' | '\u{2070}'..='\u{218F}'
        | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}'
        | '\u{10000}'..='\u{EFFFF}')
}

fn continues_name(char: char) -> bool {
    matches!(char, '-' | '.' | '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}' | '\u{2040}')
}

/// Returns what is wrong with the declaration of a prefix (empty: of the default namespace).
pub(super) fn wrong_declaration(prefix: &str, namespace: &str) -> Option<String> {
    if !prefix.is_empty() && !is_ncname(prefix) {
        return Some(not_a_name(prefix));
    }
    let is_reserved = matches!(namespace, XML | XMLNS) || matches!(prefix, "xml" | "xmlns");
    let wrong = is_reserved && !(prefix == "xml" && namespace == XML);
    wrong.then(|| match prefix {
        "" => format!("the default namespace may not be `{namespace}`"),
        _ => format!("the prefix `{prefix}` may not stand for the namespace `{namespace}`"),
    })
}

/// An attribute: name as `local` or `{namespace}local`, and value.
type Attribute = (String, String);

/// Returns what is wrong with the names of an element and of its attributes.
pub(super) fn wrong_names(namespace: &str, local: &str, attributes: &[Attribute]) -> Option<String> {
    if !is_ncname(local) {
        return Some(not_a_name(local));
    }
    if matches!(namespace, XML | XMLNS) {
        return Some(format!("no element can be in the namespace `{namespace}`"));
    }
    wrong_attributes(attributes)
}

/// Returns what is wrong with the names of an element's attributes.
pub(super) fn wrong_attributes(attributes: &[Attribute]) -> Option<String> {
    let mut names = Vec::with_capacity(attributes.len());
    for (name, value) in attributes {
        let (namespace, local) = split_name(name);
        let namespace = namespace.unwrap_or_default();
        if !is_ncname(local) {
            return Some(not_a_name(local));
        }
        if namespace.is_empty() && local == "xmlns" {
            return Some("`xmlns` is a declaration, not an attribute".to_owned());
        }
        if namespace == XMLNS {
            if value.is_empty() {
                return Some(format!("the prefix `{local}` is not declared"));
            }
            if let Some(wrong) = wrong_declaration(local, value) {
                return Some(wrong);
            }
        }
        names.push((namespace, local));
    }
    names.sort_unstable();
    let twice = names.windows(2).find(|pair| pair[0] == pair[1])?;
    Some(format!("the attribute `{}` appears twice", twice[0].1))
}

fn not_a_name(text: &str) -> String {
    format!("`{:.100}` is not an XML name", text.escape_debug().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_that_another_parser_reads() {
        let some = ['[', ' ', '<', '>', '&', '"', '\'', '/', '=', ':', '{', '}', '\0', '\u{1}', '\u{FFFE}'];
        let rest = (0..0x3100).step_by(1).chain((0x3100..0x11_0000).step_by(97)).filter_map(char::from_u32);
        for char in some.into_iter().chain(rest).filter(|char| *char != ':') {
            for name in [char.to_string(), format!("a{char}")] {
                // White space, `/` and `>` end a name; what follows is not part of it.
                let ended = name.contains([' ', '\t', '\r', '\n', '/', '>']);
                let read = !ended && roxmltree::Document::parse(&format!("<{name}/>")).is_ok();
                assert_eq!(is_ncname(&name), read, "{name:?}");
            }
        }
        assert!(!is_ncname("") && !is_ncname("a:b"));
    }
}
