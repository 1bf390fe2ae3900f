//! A known password, wherever and however it is written in a text.

use std::borrow::Cow;

use crate::credentials::Secret;

/// Replaces by `***` a known password wherever it stands in a text, also where it is escaped as XML or JSON does, or
/// escaped twice. For text that a server sent back, where no element name says what is secret.
///
/// An empty secret changes nothing. A very short one makes a text hard to read, and is still removed.
pub fn redact_secret<'t>(text: &'t str, secret: &Secret) -> Cow<'t, str> {
    if secret.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    let (mut done, mut at) = (0, 0);
    while let Some(c) = text[at..].chars().next() {
        match written(&text[at..], secret.expose()) {
            Some(length) => {
                out.push_str(&text[done..at]);
                out.push_str("***");
                at += length;
                done = at;
            }
            None => at += c.len_utf8(),
        }
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[done..]);
    Cow::Owned(out)
}

/// The length of `secret` as written at the start of `text`, each character raw or escaped.
fn written(text: &str, secret: &str) -> Option<usize> {
    let Some(c) = secret.chars().next() else { return Some(0) };
    let rest = &secret[c.len_utf8()..];
    let raw = text.starts_with(c).then_some(c.len_utf8());
    // Escaped first: a raw `&` would leave `amp;` behind.
    let [once, twice] = escaped(text, c);
    [once, twice, raw].into_iter().flatten().find_map(|length| Some(length + written(&text[length..], rest)?))
}

/// The lengths of one escaped character at the start of `text`, if it stands for `c`: escaped once, and twice.
fn escaped(text: &str, c: char) -> [Option<usize>; 2] {
    let entity = |text: &str| {
        let name = text.get(..text.find(';').filter(|length| *length <= 10)?)?;
        entity_is(name, c).then_some(name.len() + 1)
    };
    if let Some(name) = text.strip_prefix('&') {
        let inner = name.strip_prefix("amp;").and_then(entity);
        return [entity(name).map(|length| length + 1), inner.map(|length| length + "&amp;".len())];
    }
    let Some(json) = text.strip_prefix('\\') else { return [None, None] };
    let length = match json.strip_prefix('u').and_then(|hex| hex.get(..4)) {
        Some(hex) if u32::from_str_radix(hex, 16) == Ok(u32::from(c)) => Some(6),
        _ => (matches!(c, '"' | '\\' | '/') && json.starts_with(c)).then_some(2),
    };
    [length, None]
}

fn entity_is(name: &str, c: char) -> bool {
    match name {
        "amp" => c == '&',
        "lt" => c == '<',
        "gt" => c == '>',
        "quot" => c == '"',
        "apos" => c == '\'',
        _ => {
            let Some(number) = name.strip_prefix('#') else { return false };
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            code == Ok(u32::from(c))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_secret_in_any_writing() {
        let secret = Secret::new("a<b&\"c'd\\é");
        for text in [
            "a<b&\"c'd\\é",
            "a&lt;b&amp;\"c'd\\é",
            "a&lt;b&amp;&quot;c&apos;d\\é",
            "a&#60;b&#38;&#34;c&#39;d&#92;&#233;",
            "a&#x3C;b&#x26;&#x22;c&#x27;d\\&#xE9;",
            "a<b&\\\"c'd\\\\é",
            "a\\u003cb\\u0026\\u0022c\\u0027d\\\\\\u00e9",
            "a&amp;lt;b&amp;amp;&amp;quot;c'd\\é",
        ] {
            assert_eq!(
                redact_secret(&format!("&before {text} after&"), &secret),
                "&before *** after&",
                "{text}"
            );
        }
        assert_eq!(redact_secret("aaa a", &Secret::new("aa")), "***a a");
        assert_eq!(redact_secret("x&amp;amp;x", &Secret::new("&amp;")), "x***x");
        assert!(matches!(redact_secret("abc", &Secret::default()), Cow::Borrowed("abc")));
        assert!(matches!(redact_secret("abc &", &Secret::new("x")), Cow::Borrowed(_)));
    }
}
