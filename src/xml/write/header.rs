//! Blocks of a SOAP header.

use super::Writer;
use crate::xml::Xml;

impl Writer<'_> {
    /// Writes the blocks of a header; `false` where there is none.
    pub fn header<T: Xml>(&mut self, header: &Option<T>) -> bool {
        if let Some(header) = header {
            header.write(self);
        }
        header.is_some()
    }

    /// The header in the JSON form of a request. In XML it is not part of the request's element.
    pub fn json_header<T: Xml>(&mut self, header: &Option<T>) {
        if self.is_json() {
            self.optional("@header", header);
        }
    }
}
