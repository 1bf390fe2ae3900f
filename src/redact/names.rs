//! Finds the names in a text, which must stay readable.

use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::Event;

/// The names, namespaces and declarations of well-formed XML, or the member names of JSON, sorted. `None` for any other
/// text.
pub(super) fn of(text: &str) -> Option<Vec<Range<usize>>> {
    match text.trim_start_matches('\u{feff}').trim_start().as_bytes().first()? {
        b'<' => xml(text),
        b'{' | b'[' => json(text),
        _ => None,
    }
}

fn xml(text: &str) -> Option<Vec<Range<usize>>> {
    let start = text.len() - text.trim_start_matches('\u{feff}').len();
    let document = &text[start..];
    let mut reader = Reader::from_str(document);
    let mut names = Vec::new();
    let (mut depth, mut roots) = (0usize, 0usize);
    loop {
        let from = reader.buffer_position() as usize;
        let event = reader.read_event().ok()?;
        let span = from..reader.buffer_position() as usize;
        match event {
            Event::Eof => break,
            Event::DocType(_) => return None,
            Event::Start(_) | Event::Empty(_) => {
                roots += usize::from(depth == 0);
                depth += usize::from(matches!(event, Event::Start(_)));
                tag(document, &span, start, &mut names)?;
            }
            Event::End(_) => {
                depth = depth.checked_sub(1)?;
                names.push(start + span.start..start + span.end);
            }
            Event::Decl(_) => names.push(start + span.start..start + span.end),
            Event::Text(_) if depth == 0 && !document[span].trim().is_empty() => return None,
            Event::Text(_) | Event::CData(_) | Event::Comment(_) | Event::PI(_) | Event::GeneralRef(_) => {}
        }
    }
    (depth == 0 && roots == 1).then_some(names)
}

/// The names in a start tag, and the attribute values that are names.
fn tag(document: &str, span: &Range<usize>, base: usize, names: &mut Vec<Range<usize>>) -> Option<()> {
    let is_name = |c: char| !c.is_whitespace() && !matches!(c, '=' | '>' | '/' | '"' | '\'');
    let tag = &document[span.clone()];
    let mut at = 1 + tag[1..].find(|c| !is_name(c))?;
    names.push(base + span.start..base + span.start + at);
    while let Some(start) = tag[at..].find(is_name).map(|start| at + start) {
        let end = start + tag[start..].find(|c| !is_name(c))?;
        let open = end + tag[end..].find(['"', '\''])?;
        let quote = tag[open..].chars().next()?;
        let close = open + 1 + tag[open + 1..].find(quote)?;
        let name = &tag[start..end];
        let local = name.rsplit(':').next().unwrap_or(name);
        let is_reserved = name.starts_with("xmlns") || name != local && matches!(local, "type" | "nil");
        let protected = if is_reserved { start..close } else { start..end };
        names.push(base + span.start + protected.start..base + span.start + protected.end);
        at = close + 1;
    }
    Some(())
}

/// Strings followed by a colon, in a text with balanced brackets and strings.
fn json(text: &str) -> Option<Vec<Range<usize>>> {
    let bytes = text.as_bytes();
    let mut names = Vec::new();
    let (mut at, mut depth) = (0, 0usize);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.checked_sub(1)?,
            b'"' => {
                let start = at;
                at += 1;
                while *bytes.get(at)? != b'"' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                if bytes[at + 1..].trim_ascii_start().starts_with(b":") {
                    names.push(start..at + 1);
                }
            }
            _ => {}
        }
        at += 1;
    }
    (depth == 0).then_some(names)
}
