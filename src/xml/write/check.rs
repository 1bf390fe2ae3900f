//! Checks whether a value can be sent, without writing it.

use super::escape::is_allowed;
use super::{Login, Writer, WriterFormat};
use crate::xml::Text;

impl<'a> Writer<'a> {
    /// A writer that writes nothing. Its [`finish`](Self::finish) is an error wherever that of [`xml`](Self::xml) is, but
    /// without path and message; it may be one where that is none.
    pub(crate) fn checking(main: &'a str, login: Login<'a>) -> Self {
        Writer { form: WriterFormat::Check, ..Writer::empty(main, Some(login)) }
    }

    /// The text of a value.
    #[inline]
    pub(super) fn check_only<T: Text>(&mut self, value: &T) {
        let is_allowed = match value.as_text() {
            Some(text) => is_allowed(text),
            None => !T::ESCAPED,
        };
        if !is_allowed || !value.is_known() {
            self.doubt();
        }
    }

    /// Leaves the decision to the writer of XML.
    #[cold]
    pub(super) fn doubt(&mut self) {
        self.refuse(String::new());
    }
}
