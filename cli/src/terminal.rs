//! Filters all messages before they leave the program, for terminals, logs and mails.
//!
//! Messages quote texts of the service. A control character in one could clear the screen, colour what follows or forge
//! a message of this program, so control characters are escaped.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};

/// The text on one line: control characters, line breaks and marks that turn the direction of text are shown as
/// escapes, `\n` or `\u001b`.
pub fn one_line(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for char in text.chars() {
        match is_unsafe(char) {
            true => escape(char, &mut safe),
            false => safe.push(char),
        }
    }
    Cow::Owned(safe)
}

/// Writes a character as JSON writes it, so that JSON stays JSON.
fn escape(char: char, out: &mut String) {
    match char {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        // Writing to a text cannot fail.
        other => drop(write!(out, "\\u{:04x}", u32::from(other))),
    }
}

fn is_unsafe(char: char) -> bool {
    char.is_control()
        || matches!(
            char,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
        )
}

/// The lines of our own text that quotes others, each escaped by [`one_line`]. Tabs are kept.
pub fn safe_lines(text: &str) -> impl Iterator<Item = String> {
    text.split('\n').map(|line| line.split('\t').map(one_line).collect::<Vec<_>>().join("\t"))
}

/// JSON with escapes for what [`one_line`] does not let through: a reader of JSON sees no difference. Its own line breaks
/// are kept.
pub fn safe_json(text: &str) -> Cow<'_, str> {
    if !text.contains(|char| char != '\n' && is_unsafe(char)) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.split('\n').map(one_line).collect::<Vec<_>>().join("\n"))
}

/// As [`safe_json`], for XML whose texts may hold such characters, but not its names.
pub fn safe_xml(text: &str) -> Cow<'_, str> {
    let is_unsafe = |char: char| {
        is_unsafe(char) && !matches!(char, '\n' | '\t' | '\r' | '\u{61c}' | '\u{feff}') && char >= '\u{7f}'
    };
    if !text.contains(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for char in text.chars() {
        match is_unsafe(char) {
            // Writing to a text cannot fail.
            true => drop(write!(safe, "&#x{:x};", u32::from(char))),
            false => safe.push(char),
        }
    }
    Cow::Owned(safe)
}

/// Standard error for the program's own log, one event per line.
#[derive(Debug, Clone, Copy)]
pub struct LogLines;

impl Write for LogLines {
    /// Takes whole events.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        let (text, end) = text.strip_suffix('\n').map_or((&*text, ""), |text| (text, "\n"));
        io::stderr().write_all(format!("{}{end}", one_line(text)).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

#[cfg(test)]
mod tests {
    use super::{one_line, safe_json, safe_xml};

    #[test]
    fn data_stays_what_it_is() {
        let value = serde_json::json!({ "a": "\u{1b}[2J\u{9b}31m\u{202e}\u{7f}\nå", "b": [1] });
        let pretty = serde_json::to_string_pretty(&value).unwrap();
        let shown = safe_json(&pretty);
        assert!(shown.chars().all(|char| !char.is_control() || char == '\n') && !shown.contains('\u{202e}'));
        assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap(), value);
        assert_eq!(safe_xml("<a>\n\t\u{9b}å\u{202e}</a>"), "<a>\n\t&#x9b;å&#x202e;</a>");
        assert!(matches!(safe_json("{\n}"), std::borrow::Cow::Borrowed(_)));
    }

    #[test]
    fn what_a_terminal_would_obey_is_shown() {
        for (text, shown) in [
            ("plain åäö 漢字 😀", "plain åäö 漢字 😀"),
            ("a\r\nerror: b", "a\\r\\nerror: b"),
            ("\u{1b}[2J\u{9b}31m\u{7}\u{7f}", "\\u001b[2J\\u009b31m\\u0007\\u007f"),
            ("a\u{202e}b\u{2028}c\u{2066}", "a\\u202eb\\u2028c\\u2066"),
            ("tab\t", "tab\\t"),
            ("", ""),
        ] {
            assert_eq!(one_line(text), shown);
        }
    }
}
