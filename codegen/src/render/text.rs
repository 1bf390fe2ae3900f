//! Writes text of the contract as Rust literals, comments and documentation, always through these functions.

/// A string literal for any text.
pub fn literal(text: &str) -> String {
    format!("{text:?}")
}

/// The two methods of the pair that each type has.
pub const READ: &str = "read(&mut self, p: &mut rt::Reader<'_>) -> rt::Result<()>";
pub const WRITE: &str = "write(&self, w: &mut rt::Writer<'_>)";

/// Starts a method of a type. It is compiled with the library if calls need it; otherwise it is for servers and the JSON
/// form.
pub fn method(out: &mut String, needed_by_calls: bool, head: &str) {
    match needed_by_calls {
        true => out.push_str(&format!("    fn {head} {{\n")),
        false => inline_method(out, head),
    }
}

/// Starts a method that is compiled where it is used, and nowhere in a program that does not use it.
pub fn inline_method(out: &mut String, head: &str) {
    out.push_str(&format!("    #[inline]\n    fn {head} {{\n"));
}

/// Text for a `//` comment: one line.
pub fn comment(text: &str) -> String {
    one_line(text)
}

/// Appends a `///` comment. Nothing in the text can end the comment or start a link or tag.
pub fn doc(out: &mut String, indent: &str, text: &str) {
    out.push_str(indent);
    out.push_str("/// ");
    out.push_str(&escaped(text));
    out.push('\n');
}

/// Text for documentation: one line, with Markdown and rustdoc syntax escaped.
pub fn escaped(text: &str) -> String {
    let mut safe = String::new();
    for (number, part) in one_line(text).split('`').enumerate() {
        if number > 0 {
            safe.push('`');
        }
        // The content of a code span is not interpreted.
        if number % 2 == 1 {
            safe.push_str(part);
            continue;
        }
        for char in part.chars() {
            if matches!(char, '[' | ']' | '<' | '>' | '*' | '_' | '\\') {
                safe.push('\\');
            }
            safe.push(char);
        }
    }
    if safe.matches('`').count() % 2 == 1 {
        safe = safe.replace('`', "'");
    }
    safe
}

/// Removes characters that break a line or change the text direction; Rust refuses the latter.
fn one_line(text: &str) -> String {
    let turns =
        |char| matches!(char, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let hidden = |char: char| char.is_control() || turns(char);
    let visible = text.chars().map(|char| if hidden(char) { ' ' } else { char }).collect::<String>();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}
