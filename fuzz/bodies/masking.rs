//! Masking: a password that is part of a value is not there afterwards, and the text round it is.

use ongoing_wms::Secret;
use ongoing_wms::redact::Redactor;
use roxmltree::Document;

/// The first line is the password, the rest a text.
pub fn run(data: &[u8]) {
    let (secret, bytes) = match data.iter().position(|byte| *byte == b'\n') {
        Some(end) => (&data[..end], &data[end + 1..]),
        None => (&b""[..], data),
    };
    let Ok(secret) = str::from_utf8(secret) else { return };
    let redactor = Redactor::new(&Secret::new(secret));
    let masked = redactor.bytes(bytes).into_owned();
    assert!(str::from_utf8(&masked).is_ok(), "what is shown is text");
    let Ok(text) = str::from_utf8(bytes) else { return };
    assert_eq!(redactor.text(text).as_bytes(), masked, "text and bytes are masked alike");
    // Shorter ones are masked only as whole words, and stars are what a mask is made of.
    if secret.chars().count() < 6 || secret.contains('*') {
        return;
    }
    if !text.contains(['<', '{', '[']) {
        assert!(!str::from_utf8(&masked).unwrap_or_default().contains(secret), "in plain text");
    }
    in_a_document(secret, text, &redactor);
}

/// The password in the values of a document that is well-formed: the names stay, the password goes.
fn in_a_document(secret: &str, text: &str, redactor: &Redactor) {
    // A text that is JSON, a form or markup may have credential positions of its own, which reach further.
    let is_plain = |text: &str| !text.contains(['"', '\'', '=', ':', '<', '&', '%', '\\']);
    if !secret.chars().chain(text.chars()).all(is_xml_char) || !is_plain(text) {
        return;
    }
    let (secret, text) = (escaped(secret), escaped(text));
    let document = format!("<a b=\"{secret}\"><c>{text} {secret}</c><Password>{text}</Password></a>");
    let masked = redactor.text(&document);
    let (before, after) = (names(&document), names(&masked));
    assert!(before.is_some(), "the document is well-formed");
    assert_eq!(before, after, "the names are kept");
    let document = Document::parse(&masked).expect("it was parsed above");
    for node in document.descendants() {
        let attributes = node.attributes().map(|attribute| attribute.value());
        for value in node.text().into_iter().chain(attributes) {
            assert!(!escaped(value).contains(&secret), "a value holds the password");
        }
        if node.has_tag_name("Password") {
            assert!(text.is_empty() || node.text() == Some("***"), "a credential position");
        }
    }
}

fn names(text: &str) -> Option<Vec<String>> {
    let document = Document::parse(text).ok()?;
    Some(document.descendants().map(|node| node.tag_name().name().to_owned()).collect())
}

fn is_xml_char(char: char) -> bool {
    matches!(char, '\t' | '\n' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
