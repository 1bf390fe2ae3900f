//! A text with its escapes resolved, and the mapping back to the original.

use std::ops::Range;

/// A kind of escape.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Escape {
    /// `&lt;`, `&#60;`, `&#x3C;`
    Xml,
    /// `\"`, `\u003c`
    Json,
    /// `%3C`, and `+` for a space
    Url,
}

pub(super) const ESCAPES: [Escape; 3] = [Escape::Xml, Escape::Json, Escape::Url];

/// A text without one kind of escape.
pub(super) struct Layer {
    pub text: String,
    /// The resolved escapes: the position of the character now and before.
    resolved: Vec<(Range<usize>, Range<usize>)>,
}

/// Maximum length between `&` and `;`. Anything longer is not a character reference.
const LONGEST: usize = 10;

impl Layer {
    /// Resolves one kind of escape; `None` if the text has none.
    pub fn resolve(text: &str, escape: Escape) -> Option<Layer> {
        let mut out = String::new();
        let mut resolved = Vec::new();
        let (mut done, mut from) = (0, 0);
        while let Some(at) = text[from..].find(|c| escape.begins_with(c)).map(|at| from + at) {
            let Some((length, c)) = escape.read(&text[at..]) else {
                from = at + 1;
                continue;
            };
            out.push_str(&text[done..at]);
            let start = out.len();
            out.push(c);
            resolved.push((start..out.len(), at..at + length));
            done = at + length;
            from = done;
        }
        if resolved.is_empty() {
            return None;
        }
        out.push_str(&text[done..]);
        Some(Layer { text: out, resolved })
    }

    /// Maps a range of this layer's text to the text that it was made from.
    pub fn origin(&self, range: &Range<usize>) -> Range<usize> {
        let at = |place: usize, is_end: bool| {
            let before = |here: &Range<usize>| if is_end { here.start < place } else { here.start <= place };
            let Some((here, there)) =
                self.resolved[..self.resolved.partition_point(|(here, _)| before(here))].last()
            else {
                return place;
            };
            match place {
                place if is_end && place <= here.end => there.end,
                place if !is_end && place < here.end => there.start,
                place => there.end + (place - here.end),
            }
        };
        at(range.start, false)..at(range.end, true)
    }
}

impl Escape {
    fn begins_with(self, c: char) -> bool {
        match self {
            Escape::Xml => c == '&',
            Escape::Json => c == '\\',
            Escape::Url => matches!(c, '%' | '+'),
        }
    }

    /// The escape at the start of the text: its length and its character.
    fn read(self, text: &str) -> Option<(usize, char)> {
        match self {
            Escape::Xml => xml(text),
            Escape::Json => json(text),
            Escape::Url => url(text),
        }
    }
}

fn xml(text: &str) -> Option<(usize, char)> {
    let window = text.as_bytes().get(1..)?;
    let length = window.iter().take(LONGEST + 1).position(|b| *b == b';')?;
    let name = text.get(1..=length)?;
    let c = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)?
        }
    };
    Some((length + 2, c))
}

fn json(text: &str) -> Option<(usize, char)> {
    let c = match *text.as_bytes().get(1)? {
        b @ (b'"' | b'\\' | b'/') => char::from(b),
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => return utf16(text),
        _ => return None,
    };
    Some((2, c))
}

/// `\uXXXX`, or two of them for a character outside the basic plane.
fn utf16(text: &str) -> Option<(usize, char)> {
    let unit = |text: &str| u16::from_str_radix(text.strip_prefix("\\u")?.get(..4)?, 16).ok();
    let first = unit(text)?;
    if let Some(c) = char::from_u32(u32::from(first)) {
        return Some((6, c));
    }
    let pair = [first, text.get(6..).and_then(unit)?];
    let c = char::decode_utf16(pair).next()?.ok()?;
    Some((12, c))
}

fn url(text: &str) -> Option<(usize, char)> {
    if text.starts_with('+') {
        return Some((1, ' '));
    }
    let byte = |at: usize| {
        let hex = text.get(at..at + 3)?.strip_prefix('%')?;
        hex.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u8::from_str_radix(hex, 16).ok()).flatten()
    };
    let first = byte(0)?;
    let length = match first {
        0x00..=0x7F => return Some((3, char::from(first))),
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => return Some((3, char::from(first))),
    };
    let bytes: Option<Vec<u8>> = (0..length).map(|n| byte(n * 3)).collect();
    let whole = bytes.as_deref().and_then(|bytes| str::from_utf8(bytes).ok()?.chars().next());
    // What is not UTF-8 is one character a byte, as forms of Latin-1 pages have it.
    Some(whole.map_or((3, char::from(first)), |c| (length * 3, c)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(escape: Escape, text: &str) -> Option<String> {
        Layer::resolve(text, escape).map(|layer| layer.text)
    }

    #[test]
    fn resolves_each_kind() {
        assert_eq!(read(Escape::Xml, "a&lt;&#98;&#x63;&amp;&nbsp;& ;").unwrap(), "a<bc&&nbsp;& ;");
        assert_eq!(read(Escape::Json, r#"a\"\u0062\ud83d\ude00\q\"#).unwrap(), "a\"b\u{1f600}\\q\\");
        assert_eq!(read(Escape::Url, "a%20b+%C3%A5%E5%zz%").unwrap(), "a b åå%zz%");
        assert_eq!(read(Escape::Xml, "nothing & here"), None);
        assert_eq!(read(Escape::Json, r"\ud83d and \u12"), None);
    }

    #[test]
    fn finds_the_way_back() {
        let text = "xx&lt;yy&#233;zz";
        let layer = Layer::resolve(text, Escape::Xml).unwrap();
        assert_eq!(layer.text, "xx<yyézz");
        for (start, _) in layer.text.char_indices() {
            for end in (start + 1..=layer.text.len()).filter(|end| layer.text.is_char_boundary(*end)) {
                let origin = layer.origin(&(start..end));
                let again = Layer::resolve(&text[origin.clone()], Escape::Xml).map(|layer| layer.text);
                assert_eq!(again.as_deref().unwrap_or(&text[origin]), &layer.text[start..end]);
            }
        }
    }
}
