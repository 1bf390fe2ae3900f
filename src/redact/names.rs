//! Finds the parts of a text that must stay readable: markup and names.

use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::Event;

/// The ranges that must stay unchanged, sorted.
#[derive(Default)]
pub(super) struct KeptRanges {
    /// Markup, and values that are names.
    names: Vec<Range<usize>>,
    /// `&lt;`: masked as a whole or not at all.
    references: Vec<Range<usize>>,
}

impl KeptRanges {
    /// Whether masking the range would change what must stay. Then it is not the password, of which the value beside
    /// the markup has only a part.
    pub fn touch(&self, range: &Range<usize>) -> bool {
        let next = self.names.partition_point(|name| name.end <= range.start);
        let is_name = self.names.get(next).is_some_and(|name| name.start < range.end);
        let splits = |at: usize| {
            let next = self.references.partition_point(|reference| reference.end <= at);
            self.references.get(next).is_some_and(|reference| reference.start < at)
        };
        is_name || splits(range.start) || splits(range.end)
    }

    /// Resolves the references in a value.
    fn references(&mut self, text: &str, base: usize) {
        let mut from = 0;
        while let Some(start) = text[from..].find('&').map(|at| from + at) {
            let Some(end) = text[start..].find(';').map(|at| start + at + 1) else { return };
            self.references.push(base + start..base + end);
            from = end;
        }
    }
}

/// The markup and namespaces of well-formed XML, or the member names of JSON. `None` for any other text.
pub(super) fn of(text: &str) -> Option<KeptRanges> {
    match text.trim_start_matches('\u{feff}').trim_start().as_bytes().first()? {
        b'<' => xml(text),
        b'{' | b'[' => json(text).map(|names| KeptRanges { names, ..KeptRanges::default() }),
        _ => None,
    }
}

fn xml(text: &str) -> Option<KeptRanges> {
    let start = text.len() - text.trim_start_matches('\u{feff}').len();
    let document = &text[start..];
    let mut reader = Reader::from_str(document);
    let mut kept = KeptRanges::default();
    let (mut depth, mut roots) = (0usize, 0usize);
    loop {
        let from = reader.buffer_position() as usize;
        let event = reader.read_event().ok()?;
        let span = from..reader.buffer_position() as usize;
        let here = start + span.start..start + span.end;
        // How long the marks before and behind the content are.
        let (before, behind) = match event {
            Event::Eof => break,
            Event::DocType(_) => return None,
            Event::Start(_) | Event::Empty(_) => {
                roots += usize::from(depth == 0);
                depth += usize::from(matches!(event, Event::Start(_)));
                tag(document, &span, start, &mut kept)?;
                continue;
            }
            Event::End(_) => {
                depth = depth.checked_sub(1)?;
                (here.len(), 0)
            }
            Event::Decl(_) => (here.len(), 0),
            Event::CData(_) => ("<![CDATA[".len(), "]]>".len()),
            Event::Comment(_) => ("<!--".len(), "-->".len()),
            Event::PI(_) => ("<?".len(), "?>".len()),
            Event::GeneralRef(_) => {
                kept.references.push(here);
                continue;
            }
            Event::Text(_) if depth == 0 && !document[span].trim().is_empty() => return None,
            Event::Text(_) => continue,
        };
        kept.names.push(here.start..here.start + before);
        kept.names.extend((behind > 0).then(|| here.end - behind..here.end));
    }
    (depth == 0 && roots == 1).then_some(kept)
}

/// A start tag without the values of its attributes, but with those that are names themselves.
fn tag(document: &str, span: &Range<usize>, base: usize, kept: &mut KeptRanges) -> Option<()> {
    let is_name = |c: char| !c.is_whitespace() && !matches!(c, '=' | '>' | '/' | '"' | '\'');
    let tag = &document[span.clone()];
    let base = base + span.start;
    let mut at = 1 + tag[1..].find(|c| !is_name(c))?;
    let mut from = 0;
    while let Some(start) = tag[at..].find(is_name).map(|start| at + start) {
        let end = start + tag[start..].find(|c| !is_name(c))?;
        let open = end + tag[end..].find(['"', '\''])?;
        let quote = tag[open..].chars().next()?;
        let close = open + 1 + tag[open + 1..].find(quote)?;
        let name = &tag[start..end];
        let local = name.rsplit(':').next().unwrap_or(name);
        let is_reserved = name.starts_with("xmlns") || name != local && matches!(local, "type" | "nil");
        if !is_reserved {
            kept.names.push(base + from..base + open + 1);
            kept.references(&tag[open + 1..close], base + open + 1);
            from = close;
        }
        at = close + 1;
    }
    kept.names.push(base + from..base + tag.len());
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
