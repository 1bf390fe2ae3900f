//! Texts that are lent to C.

use std::ffi::c_char;

/// A text followed by a NUL, for callers that do not use the length. Texts of the service may contain a NUL.
#[derive(Debug)]
pub struct Buffer(Vec<u8>);

impl Default for Buffer {
    fn default() -> Buffer {
        Buffer::new(String::new())
    }
}

impl Buffer {
    pub fn new(text: impl Into<String>) -> Buffer {
        let mut bytes = text.into().into_bytes();
        bytes.push(0);
        Buffer(bytes)
    }

    pub fn as_ptr(&self) -> *const c_char {
        self.0.as_ptr().cast()
    }

    #[cfg(test)]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0[..self.len()]).expect("it was made from text")
    }

    /// Bytes before the NUL.
    pub fn len(&self) -> usize {
        self.0.len() - 1
    }
}
