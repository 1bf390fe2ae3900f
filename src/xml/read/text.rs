//! The text of an element as a value, and elements that are kept whole.

use std::borrow::Cow;

use super::path::{bare, placed};
use super::{ReadError, Reader, ReaderSource, Result};
use crate::xml::any::Element;
use crate::xml::notice::NoticeKind;
use crate::xml::read_error::ReadErrorKind;
use crate::xml::{Json, Text, ValueError};

/// A field for an enumeration's value.
pub(in crate::xml) trait EnumerationField {
    /// Sets the value for a text, and returns whether the contract lists it.
    fn set(&mut self, text: &str) -> std::result::Result<bool, ValueError>;
}

impl<T: Text> EnumerationField for T {
    fn set(&mut self, text: &str) -> std::result::Result<bool, ValueError> {
        match T::parse(text) {
            Ok(value) => {
                *self = value;
                Ok(self.is_known())
            }
            Err(error) => Err(error),
        }
    }
}

impl<'a> Reader<'a> {
    /// Reads the whole element that was found.
    pub(crate) fn element(&mut self) -> Result<Element> {
        match &mut self.form {
            ReaderSource::Xml(xml) => {
                let element =
                    xml.element_of(&mut { usize::MAX }).map_err(|error| placed(&self.path, error))?;
                self.allowed_characters().map(|()| element)
            }
            #[cfg(feature = "serde")]
            ReaderSource::Json(json) => match json.text(Json::String) {
                Ok(text) => Element::from_xml(&text),
                Err(message) => Err(self.error(message)),
            },
        }
    }

    /// Calls `each` with the elements with wanted names inside the current one, down to this number of levels, that
    /// start before the byte `until`. Later elements are not read.
    pub(crate) fn each_named(
        &mut self,
        wanted: &dyn Fn(&str) -> bool,
        levels: usize,
        until: u64,
        each: &mut dyn FnMut(&Element),
    ) -> Result<()> {
        let mut at = self.enter("")?;
        while self.any_child(&mut at)? && self.offset() <= Some(until) {
            let (_, name) = self.name()?;
            if wanted(&name) {
                each(&self.element()?);
            } else if levels > 1 {
                self.each_named(wanted, levels - 1, until, each)?;
            } else {
                self.skip()?;
            }
            if self.offset() > Some(until) {
                break;
            }
        }
        Ok(())
    }

    pub(in crate::xml) fn text_value<T: Text>(&mut self) -> Result<T> {
        let text = self.counted_text(T::JSON)?;
        self.parse(&text)
    }

    /// As [`text_value`](Self::text_value), for enumerations, which are many: compiled once for all of them.
    pub(in crate::xml) fn listed_value(&mut self, value: &mut dyn EnumerationField) -> Result<()> {
        let text = self.counted_text(Json::String)?;
        match value.set(&text) {
            Ok(true) => Ok(()),
            Ok(false) => self.passed(NoticeKind::UnknownEnumeration, &text),
            Err(error) => Err(self.no_value(&text, error)),
        }
    }

    /// Reads the text of the element that was found, and counts the memory of its value.
    #[inline]
    fn counted_text(&mut self, shown: Json) -> Result<Cow<'a, str>> {
        let text = self.text(shown)?;
        self.take_memory(text.len()).map(|()| text)
    }

    #[cfg_attr(not(feature = "serde"), expect(unused_variables, reason = "`shown` is for the JSON form"))]
    pub(super) fn text(&mut self, shown: Json) -> Result<Cow<'a, str>> {
        match &mut self.form {
            ReaderSource::Xml(xml) => {
                let text = xml.text().map_err(|error| placed(&self.path, error))?;
                self.allowed_characters().map(|()| text)
            }
            #[cfg(feature = "serde")]
            ReaderSource::Json(json) => json.text(shown).map_err(|message| self.error(message)),
        }
    }

    /// Notices a character that XML forbids in the text that was read last, or refuses it when strict.
    #[inline]
    pub(super) fn allowed_characters(&mut self) -> Result<()> {
        let replaced = match &self.form {
            ReaderSource::Xml(xml) => xml.take_replaced(),
            #[cfg(feature = "serde")]
            ReaderSource::Json(_) => None,
        };
        match replaced {
            None => Ok(()),
            Some(code) => self.passed(NoticeKind::ForbiddenCharacter, &format!("U+{code:04X}")),
        }
    }

    pub(super) fn parse<T: Text>(&mut self, text: &str) -> Result<T> {
        match T::parse(text) {
            Ok(value) => {
                if !value.is_known() {
                    self.passed(NoticeKind::UnknownEnumeration, text)?;
                }
                Ok(value)
            }
            Err(error) => Err(self.no_value(text, error)),
        }
    }

    #[cold]
    pub(super) fn no_value(&self, text: &str, error: ValueError) -> Box<ReadError> {
        let empty_value = text.trim_ascii().is_empty();
        let bare = bare(&self.path, self.offset(), error.to_string());
        Box::new(ReadError { empty_value, kind: ReadErrorKind::Value(error), ..bare })
    }

    pub(super) fn is_nil(&self) -> Result<bool> {
        match &self.form {
            ReaderSource::Xml(xml) => xml.is_nil(),
            #[cfg(feature = "serde")]
            ReaderSource::Json(json) => Ok(json.is_null()),
        }
    }
}

impl Element {
    /// Reads one element from XML text.
    ///
    /// # Errors
    /// The text is not one well-formed element.
    pub fn from_xml(text: &str) -> Result<Element> {
        let mut p = Reader::new(text, "").strict(true);
        let element = p.root_element()?;
        p.finish()?;
        Ok(element)
    }
}
