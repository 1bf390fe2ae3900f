//! The text of an element as a value, and elements that are kept whole.

use std::borrow::Cow;

use super::error::ReadErrorKind;
use super::path::{bare, placed};
use super::{Form, ReadError, Reader, Result};
use crate::xml::any::Element;
use crate::xml::notice::NoticeKind;
use crate::xml::{Json, Text, ValueError};

impl<'a> Reader<'a> {
    /// The element that was found, whole.
    pub(crate) fn element(&mut self) -> Result<Element> {
        self.element_down_to(usize::MAX)
    }

    /// The element that was found, with the elements of so many levels in it.
    pub(crate) fn element_down_to(&mut self, levels: usize) -> Result<Element> {
        match &mut self.form {
            Form::Xml(xml) => {
                let element =
                    xml.element_of(&mut { usize::MAX }, levels).map_err(|error| placed(&self.path, error))?;
                self.allowed_characters().map(|()| element)
            }
            #[cfg(feature = "serde")]
            Form::Json(json) => match json.text(Json::String) {
                Ok(text) => Element::from_xml(&text),
                Err(message) => Err(self.error(message)),
            },
        }
    }

    pub(in crate::xml) fn text_value<T: Text>(&mut self) -> Result<T> {
        let text = self.text(T::JSON)?;
        self.take_memory(text.len())?;
        self.parse(&text)
    }

    #[cfg_attr(not(feature = "serde"), expect(unused_variables, reason = "`shown` is for the JSON form"))]
    pub(super) fn text(&mut self, shown: Json) -> Result<Cow<'a, str>> {
        match &mut self.form {
            Form::Xml(xml) => {
                let text = xml.text().map_err(|error| placed(&self.path, error))?;
                self.allowed_characters().map(|()| text)
            }
            #[cfg(feature = "serde")]
            Form::Json(json) => json.text(shown).map_err(|message| self.error(message)),
        }
    }

    /// Notices a character that XML forbids in the text that was read last, or refuses it when strict.
    #[inline]
    pub(super) fn allowed_characters(&mut self) -> Result<()> {
        let replaced = match &self.form {
            Form::Xml(xml) => xml.take_replaced(),
            #[cfg(feature = "serde")]
            Form::Json(_) => None,
        };
        match replaced {
            None => Ok(()),
            Some(code) => self.passed(NoticeKind::ForbiddenCharacter, &format!("U+{code:04X}")),
        }
    }

    pub(super) fn parse<T: Text>(&mut self, text: &str) -> Result<T> {
        match T::parse(text) {
            Ok(value) if value.is_known() => Ok(value),
            Ok(value) => self.passed(NoticeKind::UnknownEnumeration, text).map(|()| value),
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
            Form::Xml(xml) => xml.is_nil(),
            #[cfg(feature = "serde")]
            Form::Json(json) => Ok(json.is_null()),
        }
    }
}
