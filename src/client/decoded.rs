//! Decodes answers that are not UTF-8 as they arrive, by the encoding that they declare.
//!
//! UTF-16 is recognized by its byte-order mark or its first two bytes; any other encoding is the one that the
//! Content-Type or the XML declaration names. Windows-1252 (Latin-1) is often named without being used, so the first
//! character outside ASCII then decides whether the text is UTF-8 after all.

use std::error::Error;
use std::fmt;
use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Number of bytes that are searched for the XML declaration.
const HEAD: usize = 1024;

/// Number of bytes that are read or decoded at once.
const PIECE: usize = 8 << 10;

/// Reads an answer as UTF-8, whatever its encoding.
pub(super) struct Decoded<R> {
    inner: R,
    content_type: Option<String>,
    state: DecoderState,
    /// Bytes read but not returned yet: `raw[at..]`.
    raw: Vec<u8>,
    at: usize,
    ended: bool,
    /// Number of bytes of the answer that were returned or decoded.
    offset: u64,
}

enum DecoderState {
    /// Nothing was examined yet.
    Begin,
    /// UTF-8: passed on unchanged.
    Utf8,
    /// ASCII so far. The first other character is UTF-8, or the text is in this encoding; `Err` with its name if it is
    /// not supported.
    Ascii(Result<&'static Encoding, String>),
    Decoding(Box<Decoding>),
}

struct Decoding {
    decoder: Decoder,
    /// Bytes decoded but not returned yet: `ready[at..]`.
    ready: Vec<u8>,
    at: usize,
    /// The decoder has seen the end; it must not be asked again.
    finished: bool,
}

/// The error inside the `io::Error` for an answer that is not in its declared encoding.
#[derive(Debug)]
struct NotDecodable {
    message: String,
    offset: u64,
}

impl fmt::Display for NotDecodable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for NotDecodable {}

/// Why an answer cannot be decoded, and at which of its bytes; `None` for any other error.
pub(super) fn not_decodable(error: &io::Error) -> Option<(&str, u64)> {
    let inside = error.get_ref()?.downcast_ref::<NotDecodable>()?;
    Some((&inside.message, inside.offset))
}

/// The whole body as UTF-8; `None` if it is UTF-8 already.
pub(super) fn decode(body: &[u8], content_type: Option<&str>) -> io::Result<Option<Vec<u8>>> {
    if matches!(state(&body[..body.len().min(HEAD)], content_type), DecoderState::Utf8) {
        return Ok(None);
    }
    let mut text = Vec::with_capacity(body.len());
    Decoded::new(body, content_type.map(str::to_owned)).read_to_end(&mut text)?;
    Ok(Some(text))
}

impl<R: Read> Decoded<R> {
    pub fn new(inner: R, content_type: Option<String>) -> Decoded<R> {
        Decoded {
            inner,
            content_type,
            state: DecoderState::Begin,
            raw: Vec::new(),
            at: 0,
            ended: false,
            offset: 0,
        }
    }

    /// Reads more bytes after those in the buffer.
    fn fill(&mut self) -> io::Result<()> {
        self.raw.drain(..self.at);
        self.at = 0;
        let length = self.raw.len();
        self.raw.resize(length + PIECE, 0);
        let read = self.inner.read(&mut self.raw[length..]);
        self.raw.truncate(length + *read.as_ref().unwrap_or(&0));
        self.ended |= read? == 0;
        Ok(())
    }

    fn in_hand(&self) -> &[u8] {
        &self.raw[self.at..]
    }

    fn hand_out(&mut self, length: usize, out: &mut [u8]) -> usize {
        let length = length.min(out.len());
        out[..length].copy_from_slice(&self.raw[self.at..self.at + length]);
        self.at += length;
        self.offset += length as u64;
        length
    }

    fn begin(&mut self) -> io::Result<DecoderState> {
        while !self.ended && !is_enough(self.in_hand()) {
            self.fill()?;
        }
        let head = self.in_hand();
        Ok(state(&head[..head.len().min(HEAD)], self.content_type.as_deref()))
    }

    /// Decides the encoding by the next character, the first that is not ASCII.
    fn decide(&mut self, named: Result<&'static Encoding, String>) -> io::Result<DecoderState> {
        while !self.ended && self.in_hand().len() < 4 {
            self.fill()?;
        }
        let first = self.in_hand().utf8_chunks().next();
        if first.is_some_and(|chunk| !chunk.valid().is_empty()) {
            return Ok(DecoderState::Utf8);
        }
        match named {
            Ok(encoding) => Ok(decoding(encoding)),
            Err(name) => {
                Err(self.wrong(format!("the text is not UTF-8, and its encoding {name} is not supported")))
            }
        }
    }

    fn wrong(&self, message: String) -> io::Error {
        io::Error::new(io::ErrorKind::InvalidData, NotDecodable { message, offset: self.offset })
    }

    /// Decodes until some bytes are ready or the end is reached.
    fn decode_more(&mut self, decoding: &mut Decoding) -> io::Result<()> {
        (decoding.at, decoding.ready) = (0, std::mem::take(&mut decoding.ready));
        decoding.ready.clear();
        while decoding.ready.is_empty() && !decoding.finished {
            let is_last = self.ended;
            decoding.ready.resize(PIECE, 0);
            let (result, read, written) = decoding.decoder.decode_to_utf8_without_replacement(
                &self.raw[self.at..],
                &mut decoding.ready,
                is_last,
            );
            decoding.ready.truncate(written);
            self.at += read;
            self.offset += read as u64;
            match result {
                DecoderResult::Malformed(..) => {
                    let name = decoding.decoder.encoding().name();
                    decoding.finished = is_last;
                    return Err(self.wrong(format!("the text is not valid {name}, its declared encoding")));
                }
                DecoderResult::InputEmpty if is_last => decoding.finished = true,
                DecoderResult::InputEmpty if decoding.ready.is_empty() => self.fill()?,
                DecoderResult::InputEmpty | DecoderResult::OutputFull => {}
            }
        }
        Ok(())
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        loop {
            // An error leaves the state as it was: a read that was interrupted is tried again.
            match std::mem::replace(&mut self.state, DecoderState::Begin) {
                DecoderState::Begin => self.state = self.begin()?,
                DecoderState::Utf8 => {
                    self.state = DecoderState::Utf8;
                    return match self.in_hand().len() {
                        0 => self.inner.read(out),
                        length => Ok(self.hand_out(length, out)),
                    };
                }
                DecoderState::Ascii(named) => {
                    if self.in_hand().is_empty() && !self.ended {
                        self.state = DecoderState::Ascii(named);
                        self.fill()?;
                        continue;
                    }
                    let length = Encoding::ascii_valid_up_to(self.in_hand());
                    if length > 0 || self.in_hand().is_empty() {
                        self.state = DecoderState::Ascii(named);
                        return Ok(self.hand_out(length, out));
                    }
                    self.state = DecoderState::Ascii(named.clone());
                    self.state = self.decide(named)?;
                }
                DecoderState::Decoding(mut decoding) => {
                    if decoding.at == decoding.ready.len() {
                        let result = self.decode_more(&mut decoding);
                        if let Err(error) = result {
                            self.state = DecoderState::Decoding(decoding);
                            return Err(error);
                        }
                    }
                    let length = out.len().min(decoding.ready.len() - decoding.at);
                    out[..length].copy_from_slice(&decoding.ready[decoding.at..decoding.at + length]);
                    decoding.at += length;
                    self.state = DecoderState::Decoding(decoding);
                    return Ok(length);
                }
            }
        }
    }
}

fn decoding(encoding: &'static Encoding) -> DecoderState {
    let decoder = encoding.new_decoder_with_bom_removal();
    DecoderState::Decoding(Box::new(Decoding { decoder, ready: Vec::new(), at: 0, finished: false }))
}

/// Whether the XML declaration is complete, or there is none.
fn is_enough(head: &[u8]) -> bool {
    const START: &[u8] = b"<?xml";
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    match head.len() < START.len() {
        true => !head.is_empty() && !START.starts_with(head) && head.len() >= 4,
        false => !head.starts_with(START) || head.contains(&b'>') || head.len() >= HEAD,
    }
}

/// How to decode a text with this beginning.
fn state(head: &[u8], content_type: Option<&str>) -> DecoderState {
    match head {
        [0xFF, 0xFE, ..] => return decoding(UTF_16LE),
        [0xFE, 0xFF, ..] => return decoding(UTF_16BE),
        [b'<', 0, second, 0, ..] if *second != 0 => return decoding(UTF_16LE),
        [0, b'<', 0, second, ..] if *second != 0 => return decoding(UTF_16BE),
        [0xEF, 0xBB, 0xBF, ..] => return DecoderState::Utf8,
        _ => {}
    }
    let names = [content_type.and_then(charset), declared(head)];
    let encodings = names.iter().flatten().map(|name| Encoding::for_label(name.as_bytes()).ok_or(name));
    let is_utf8 = |found: &Result<&'static Encoding, _>| *found == Ok(UTF_8);
    // UTF-16 was already recognized by its bytes.
    let is_other = |found: &Result<&'static Encoding, _>| !matches!(found, Ok(encoding) if [UTF_8, UTF_16LE, UTF_16BE].contains(encoding));
    let Some(other) = encodings.clone().find(is_other) else { return DecoderState::Utf8 };
    match other {
        Ok(encoding) if encoding != WINDOWS_1252 && !encodings.clone().any(|found| is_utf8(&found)) => {
            decoding(encoding)
        }
        Ok(encoding) => DecoderState::Ascii(Ok(encoding)),
        Err(name) => DecoderState::Ascii(Err(shown(name))),
    }
}

/// The charset of a Content-Type.
fn charset(content_type: &str) -> Option<String> {
    let mut parameters = content_type.split(';').skip(1).filter_map(|one| one.split_once('='));
    let (_, value) = parameters.find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))?;
    Some(value.trim().trim_matches(['"', '\'']).to_owned())
}

/// The encoding in an XML declaration, if the declaration is in a one-byte encoding.
fn declared(head: &[u8]) -> Option<String> {
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).strip_prefix(b"<?xml")?;
    let end = head.iter().position(|byte| *byte == b'>')?;
    let text = str::from_utf8(&head[..end]).ok()?;
    let value =
        text[text.find("encoding")? + "encoding".len()..].trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|char| matches!(char, '"' | '\''))?;
    value[1..].split(quote).next().map(str::to_owned)
}

/// A name from an answer, safe to show.
fn shown(name: &str) -> String {
    name.chars().filter(|char| char.is_ascii_graphic()).take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads the bytes whole, and in pieces of one byte: both must be the same.
    fn read(bytes: &[u8], content_type: Option<&str>) -> Result<Vec<u8>, (String, u64)> {
        struct Drip<'a>(&'a [u8]);
        impl Read for Drip<'_> {
            fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
                let length = out.len().min(1);
                self.0.read(&mut out[..length])
            }
        }
        let told = |error: io::Error| not_decodable(&error).map(|(text, at)| (text.to_owned(), at)).unwrap();
        let whole = decode(bytes, content_type).map(|text| text.unwrap_or(bytes.to_vec())).map_err(told);
        let mut input = Decoded::new(Drip(bytes), content_type.map(str::to_owned));
        let mut pieces = Vec::new();
        let mut one = [0; 3];
        let dripped = loop {
            match input.read(&mut one) {
                Ok(0) => break Ok(pieces),
                Ok(length) => pieces.extend_from_slice(&one[..length]),
                Err(error) => break Err(told(error)),
            }
        };
        assert_eq!(whole, dripped);
        whole
    }

    #[test]
    fn reading_on_after_the_end_gives_nothing() {
        // These are shorter than the part that is searched for the encoding: the end is reached before anything is decoded.
        let declared = b"<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><a>\xE5</a>";
        for bytes in [&declared[..], b"\xFE\xFF\0<\0a\0/\0>", b"\xFE\xFF\0<\0"] {
            let mut input = Decoded::new(bytes, None);
            let mut text = Vec::new();
            let _ = input.read_to_end(&mut text);
            assert!(!text.is_empty());
            assert_eq!(input.read(&mut [0; 8]).ok(), Some(0));
        }
    }

    #[test]
    fn what_is_declared_is_decoded() {
        let latin = b"<?xml version='1.0' encoding=\"ISO-8859-1\"?><a>\xE5\xE4</a>";
        let cyrillic = b"<?xml version='1.0' encoding='windows-1251'?><a>\xCF\xF0\xE8</a>";
        let utf8 = "<?xml version='1.0' encoding='iso-8859-1'?><a>åä</a>".as_bytes();
        let bare = b"<a>\xE5</a>";
        let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        let big = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
        for (bytes, content_type, content) in [
            (&latin[..], None, "åä"),
            (latin, Some("text/xml; charset=utf-8"), "åä"),
            (cyrillic, Some("text/xml"), "При"),
            (utf8, None, "åä"),
            (bare, Some("text/xml; charset=iso-8859-1"), "å"),
            (bare, Some("text/xml; Charset = \"Windows-1252\""), "å"),
            ("<a>å</a>".as_bytes(), Some("text/xml; charset=iso-8859-1"), "å"),
            (&utf16("\u{feff}<a>å😀</a>"), Some("text/xml; charset=utf-8"), "å😀"),
            (&utf16("<?xml version='1.0' encoding='utf-16'?><a>å</a>"), None, "å"),
            (&big("<a>å</a>"), None, "å"),
            ("<?xml encoding='utf-16'?><a>å</a>".as_bytes(), None, "å"),
            ("\u{feff}<a>å</a>".as_bytes(), Some("text/xml; charset=iso-8859-1"), "å"),
            (b"<a>b</a>", Some("text/xml; charset=x-unknown"), "b"),
            (b"<a>\x93\xC7</a>", Some("text/xml; charset=shift_jis"), "\u{8aad}"),
        ] {
            let text = String::from_utf8(read(bytes, content_type).unwrap()).unwrap();
            assert!(text.ends_with(&format!("<a>{content}</a>")), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_decoded_is_named() {
        for (bytes, content_type, message, offset) in [
            (
                &b"<a>\xE5</a>"[..],
                "text/xml; charset=ibm037\x1b",
                "the text is not UTF-8, and its encoding ibm037 is not supported",
                3,
            ),
            (
                b"<a>\xFF\xFF</a>",
                "text/xml; charset=shift_jis",
                "the text is not valid Shift_JIS, its declared encoding",
                4,
            ),
        ] {
            assert_eq!(read(bytes, Some(content_type)), Err((message.to_owned(), offset)));
        }
        // Without a declaration the bytes are passed on, and the XML reader reports the error.
        assert_eq!(read(b"<a>\xE5</a>", None).unwrap(), b"<a>\xE5</a>");
        assert_eq!(read(b"", Some("text/xml; charset=utf-16")).unwrap(), b"");
    }
}
