//! Files: base64 in XML.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Family, Json, Text, ValueError};

/// The content of a file (`base64Binary`).
///
/// Reading ignores white space inside and is strict about padding. `Debug` shows the length only.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Bytes(pub Vec<u8>);

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bytes({} bytes)", self.0.len())
    }
}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Bytes {
        Bytes(bytes)
    }
}

impl AsRef<[u8]> for Bytes {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl std::ops::Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl Text for Bytes {
    const EXPECTED: &'static str = "base64 (base64Binary)";
    const FAMILY: Family = Family::Bytes;
    const JSON: Json = Json::String;

    fn parse(text: &str) -> Result<Bytes, ValueError> {
        let white = |b: u8| matches!(b, b' ' | b'\t' | b'\r' | b'\n');
        let decoded = if text.bytes().any(white) {
            STANDARD.decode(text.bytes().filter(|b| !white(*b)).collect::<Vec<u8>>())
        } else {
            STANDARD.decode(text)
        };
        decoded.map(Bytes).map_err(|_| ValueError::not::<Self>(text))
    }

    fn format(&self, out: &mut String) {
        STANDARD.encode_string(&self.0, out);
    }

    fn blank() -> Bytes {
        Bytes::default()
    }
}
