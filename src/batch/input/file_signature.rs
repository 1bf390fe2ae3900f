//! Recognizes files that are not text by their first bytes.

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};

/// A file that is not plain text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signature {
    /// Compressed or a document: what it is, and what to do.
    Packed(&'static str, &'static str),
    /// UTF-16 without a byte-order mark.
    Wide(&'static Encoding),
    /// Bytes that do not occur in text.
    Binary,
}

const PACKED: &[(&[u8], &str, &str)] = &[
    (b"\x1f\x8b", "gzip-compressed", "decompress it first: gunzip FILE"),
    (b"BZh", "bzip2-compressed", "decompress it first: bunzip2 FILE"),
    (b"\xfd7zXZ\0", "xz-compressed", "decompress it first: unxz FILE"),
    (b"\x28\xb5\x2f\xfd", "zstd-compressed", "decompress it first: unzstd FILE"),
    (
        b"PK\x03\x04",
        "a ZIP archive or an Excel workbook (.xlsx)",
        "unpack it, or save the workbook as CSV (UTF-8)",
    ),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word document", "save it as CSV (UTF-8)"),
    (b"%PDF-", "a PDF document", "export the data as CSV"),
];

/// What the start of a file shows; `None` if it may be text.
pub fn of(start: &[u8]) -> Option<Signature> {
    if let Some((_, what, hint)) = PACKED.iter().find(|(magic, ..)| start.starts_with(magic)) {
        return Some(Signature::Packed(what, hint));
    }
    if Encoding::for_bom(start).is_some() || !start.contains(&0) {
        return None;
    }
    // Western letters in two bytes have one byte that is 0, always on the same side.
    let zeros = |odd: usize| start.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    Some(match (even, odd) {
        (even, odd) if odd > start.len() / 4 && even * 8 < odd => Signature::Wide(UTF_16LE),
        (even, odd) if even > start.len() / 4 && odd * 8 < even => Signature::Wide(UTF_16BE),
        _ => Signature::Binary,
    })
}

impl Signature {
    /// Whether it is not text in any encoding.
    pub fn is_packed(self) -> bool {
        matches!(self, Signature::Packed(..))
    }

    /// The error and its hint; `by_map` if a column map can set the encoding.
    pub fn wrong(self, by_map: bool) -> (String, String) {
        match self {
            Signature::Packed(what, hint) => (format!("the file is {what}"), hint.to_owned()),
            Signature::Wide(encoding) => {
                let name = encoding.name().to_ascii_lowercase();
                let hint = match by_map {
                    true => format!("set encoding = \"{name}\" in the column map"),
                    false => "save it as UTF-8".to_owned(),
                };
                (format!("the file looks like {} without a byte-order mark", encoding.name()), hint)
            }
            Signature::Binary => {
                ("the file is not text: it contains NUL bytes".to_owned(), "save it as UTF-8 text".to_owned())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_are_not_text_are_named() {
        let wide = |text: &str, order: fn(u16) -> [u8; 2]| -> Vec<u8> {
            text.encode_utf16().flat_map(order).collect()
        };
        let text = "Number\tName\r\n1\tKött\r\n";
        assert_eq!(of(&wide(text, u16::to_le_bytes)), Some(Signature::Wide(UTF_16LE)));
        assert_eq!(of(&wide(text, u16::to_be_bytes)), Some(Signature::Wide(UTF_16BE)));
        assert_eq!(of(&wide("\u{feff}a", u16::to_le_bytes)), None);
        assert_eq!(of(text.as_bytes()), None);
        assert_eq!(of(b"abc\0\0def"), Some(Signature::Binary));
        assert!(matches!(of(b"\x1f\x8b\x08"), Some(Signature::Packed("gzip-compressed", _))));
        assert_eq!(of(b""), None);
    }
}
