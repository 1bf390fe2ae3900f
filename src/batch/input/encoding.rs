//! Converts legacy encodings to UTF-8.

use std::io::{self, BufRead, Read};

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// The encoding by the byte-order mark of a file, and the length of the mark.
pub fn mark(start: &[u8]) -> Option<(&'static Encoding, usize)> {
    Encoding::for_bom(start)
}

/// The encoding with this label, as defined for HTML: `windows-1252`, `iso-8859-1` (read as windows-1252, which is what
/// programs mean by it), `utf-16le`.
pub fn find(label: &str) -> Option<&'static Encoding> {
    Encoding::for_label_no_replacement(label.as_bytes())
}

/// Whether bytes that look like ASCII are ASCII in this encoding.
pub fn is_wide(encoding: &'static Encoding) -> bool {
    encoding == UTF_16LE || encoding == UTF_16BE
}

/// Decodes a whole text; `None` if it is not valid in this encoding.
pub fn whole(encoding: &'static Encoding, bytes: &[u8]) -> Option<String> {
    encoding.decode_without_bom_handling_and_without_replacement(bytes).map(|text| text.into_owned())
}

/// Reads text of another encoding as UTF-8.
pub struct Utf8<R> {
    input: R,
    decoder: Decoder,
    out: Vec<u8>,
    at: usize,
    ended: bool,
}

impl<R: BufRead> Utf8<R> {
    pub fn new(input: R, encoding: &'static Encoding) -> Utf8<R> {
        let decoder = encoding.new_decoder_without_bom_handling();
        Utf8 { input, decoder, out: Vec::new(), at: 0, ended: false }
    }

    fn more(&mut self) -> io::Result<()> {
        let input = self.input.fill_buf()?;
        let is_last = input.is_empty();
        let most = self.decoder.max_utf8_buffer_length_without_replacement(input.len()).unwrap_or(0);
        self.out.resize(most.max(16), 0);
        let (result, read, written) =
            self.decoder.decode_to_utf8_without_replacement(input, &mut self.out, is_last);
        self.input.consume(read);
        self.out.truncate(written);
        self.at = 0;
        match result {
            DecoderResult::Malformed(..) => {
                let name = self.decoder.encoding().name();
                Err(io::Error::new(io::ErrorKind::InvalidData, format!("it is not valid {name}")))
            }
            DecoderResult::InputEmpty => {
                self.ended = is_last;
                Ok(())
            }
            DecoderResult::OutputFull => Ok(()),
        }
    }
}

impl<R: BufRead> Read for Utf8<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.at == self.out.len() && !self.ended {
            self.more()?;
        }
        let length = out.len().min(self.out.len() - self.at);
        out[..length].copy_from_slice(&self.out[self.at..self.at + length]);
        self.at += length;
        Ok(length)
    }
}

/// The encoding that an XML declaration names. Since the declaration was readable, it is not a two-byte encoding,
/// whatever it says.
pub fn of_xml(bytes: &[u8]) -> Result<&'static Encoding, String> {
    let head = bytes.get(..bytes.len().min(200)).unwrap_or_default();
    let head = String::from_utf8_lossy(head);
    let declaration = head.strip_prefix("<?xml").and_then(|rest| rest.split("?>").next()).unwrap_or("");
    let Some(label) = declaration.split("encoding").nth(1).and_then(|rest| rest.split(['"', '\'']).nth(1))
    else {
        return Ok(UTF_8);
    };
    match find(label) {
        Some(encoding) if is_wide(encoding) => Ok(UTF_8),
        Some(encoding) => Ok(encoding),
        None => Err(format!("unknown encoding {label:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(encoding: &str, bytes: &[u8]) -> io::Result<String> {
        let mut text = String::new();
        // One byte at a time: characters are cut everywhere.
        let input = io::BufReader::with_capacity(1, bytes);
        Utf8::new(input, find(encoding).unwrap()).read_to_string(&mut text).map(|_| text)
    }

    #[test]
    fn old_encodings_are_read() {
        assert_eq!(read("windows-1252", b"Sm\xf6rg\xe5s \x80").unwrap(), "Smörgås €");
        assert_eq!(read("iso-8859-1", b"\x80").unwrap(), "€");
        assert_eq!(read("utf-16le", b"a\0\x3d\xd8\x00\xde").unwrap(), "a\u{1f600}");
        assert_eq!(read("shift_jis", b"\x83\x5c").unwrap(), "ソ");
        assert!(read("utf-16le", b"a\0\x3d\xd8").is_err() && read("shift_jis", b"\x83").is_err());
        assert!(find("latin9000").is_none());
    }

    #[test]
    fn a_declaration_names_the_encoding() {
        let name = |text: &str| of_xml(text.as_bytes()).map(Encoding::name);
        assert_eq!(name("<?xml version='1.0' encoding='iso-8859-1'?><a/>"), Ok("windows-1252"));
        assert_eq!(name("<?xml version=\"1.0\" encoding=\"utf-16\"?><a/>"), Ok("UTF-8"));
        assert_eq!(name("<a encoding='koi8-r'/>"), Ok("UTF-8"));
        assert!(name("<?xml version='1.0' encoding='x'?>").is_err());
    }
}
