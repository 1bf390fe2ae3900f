//! Slots: each reads one kind of member into its field.

use std::borrow::Cow;

use super::field::{ListField, OptionalField, OptionalListField, RequiredField};
use super::{PathStep, ReadError, Reader, ReaderSource, Result, settled};
use crate::xml::notice::NoticeKind;
use crate::xml::{Nillable, Text, Xml, attribute_name, split_name};

/// The error for a list that has elements but no item.
fn none_of_them(item: &str) -> String {
    format!("expected {}, found only other elements: no item of this list can be read", split_name(item).1)
}

impl<'a> Reader<'a> {
    /// Reads a required member.
    pub fn value<T: Xml>(&mut self, slot: &mut T) -> Result<()> {
        self.required(slot)
    }

    fn required(&mut self, slot: &mut dyn RequiredField) -> Result<()> {
        self.once()?;
        let nil = self.is_nil()?;
        if nil || self.again {
            slot.reset();
        }
        if nil { self.nil_member() } else { slot.fill(self).map_err(settled) }
    }

    #[cold]
    fn nil_member(&mut self) -> Result<()> {
        self.passed(NoticeKind::NilMember, "")?;
        self.skip()
    }

    /// Reads a member that may be absent or nil.
    pub fn option<T: Xml>(&mut self, slot: &mut Option<T>) -> Result<()> {
        self.optional(slot)
    }

    pub(super) fn optional(&mut self, slot: &mut dyn OptionalField) -> Result<()> {
        self.once()?;
        self.item_into(slot)
    }

    /// As [`option`](Self::option), for a recursive type.
    pub fn option_boxed<T: Xml>(&mut self, slot: &mut Option<Box<T>>) -> Result<()> {
        self.once()?;
        self.take_memory(size_of::<T>())?;
        *slot = self.item()?.map(Box::new);
        Ok(())
    }

    /// Reads a member that may be absent or nil, as different values.
    pub fn optional_nillable<T: Xml>(&mut self, slot: &mut Nillable<T>) -> Result<()> {
        self.once()?;
        *slot = if self.skip_nil()? { Some(None) } else { self.item()?.map(Some) };
        Ok(())
    }

    /// As [`optional_nillable`](Self::optional_nillable), for a recursive type.
    pub fn optional_nillable_boxed<T: Xml>(&mut self, slot: &mut Nillable<Box<T>>) -> Result<()> {
        let mut value = None;
        self.optional_nillable(&mut value)?;
        *slot = value.map(|value| value.map(Box::new));
        Ok(())
    }

    /// `None` if the element is nil, or empty although its type needs text.
    pub(super) fn item<T: Xml>(&mut self) -> Result<Option<T>> {
        let mut item = None;
        self.item_into(&mut item).map(|()| item)
    }

    /// As [`item`](Self::item), but in place, since some types are large.
    fn item_into(&mut self, slot: &mut dyn OptionalField) -> Result<()> {
        if self.skip_nil()? {
            slot.clear();
            return Ok(());
        }
        match slot.renew(self) {
            Ok(()) => Ok(()),
            Err(error) => {
                slot.clear();
                self.taken_as_absent(error)
            }
        }
    }

    fn skip_nil(&mut self) -> Result<bool> {
        let nil = self.is_nil()?;
        if nil {
            self.skip_content_of_nil()?;
        }
        Ok(nil)
    }

    /// A nil member should have no content; any content is noticed.
    fn skip_content_of_nil(&mut self) -> Result<()> {
        match &self.form {
            ReaderSource::Xml(xml) if !xml.tag.empty => {}
            _ => return self.skip(),
        }
        if self.element()?.children.is_empty() {
            return Ok(());
        }
        self.passed(NoticeKind::NilContent, "")
    }

    #[cold]
    fn taken_as_absent(&mut self, error: Box<ReadError>) -> Result<()> {
        if !error.empty_value || self.service.is_some() {
            return Err(error);
        }
        self.passed(NoticeKind::EmptyValue, "")
    }

    /// Reads one occurrence of an element that repeats.
    pub fn repeat<T: Xml>(&mut self, list: &mut Vec<T>) -> Result<()> {
        self.repeat_list(list)
    }

    fn repeat_list(&mut self, list: &mut dyn ListField) -> Result<()> {
        match self.form {
            ReaderSource::Xml(_) => self.next_item(list),
            #[cfg(feature = "serde")]
            ReaderSource::Json(_) => self.each(&mut |p| p.next_item(list)),
        }
    }

    fn next_item(&mut self, list: &mut dyn ListField) -> Result<()> {
        self.number(list.length());
        if self.is_nil()? {
            return self.nil_item();
        }
        self.take_memory(list.item_size())?;
        list.add(self).map_err(settled)
    }

    #[cold]
    fn nil_item(&mut self) -> Result<()> {
        if self.every_item {
            let nil = if let ReaderSource::Xml(_) = self.form { "a nil element" } else { "null" };
            return Err(self.error(format!("{nil} is not an item of a list; remove it or give the item")));
        }
        self.passed(NoticeKind::NilItem, "")?;
        self.skip()
    }

    /// Reads one occurrence of an element that repeats and may be nil.
    pub fn repeat_nillable<T: Xml>(&mut self, list: &mut Vec<Option<T>>) -> Result<()> {
        self.each(&mut |p| {
            p.number(list.len());
            p.take_memory(size_of::<Option<T>>())?;
            let value = p.item()?;
            list.push(value);
            Ok(())
        })
    }

    /// Reads a wrapper and the items in it. A second wrapper appends.
    pub fn array<T: Xml>(&mut self, slot: &mut Option<Vec<T>>, item: &'static str) -> Result<()> {
        self.optional_list(slot, item)
    }

    fn optional_list(&mut self, slot: &mut dyn OptionalListField, item: &'static str) -> Result<()> {
        if self.skip_nil()? { Ok(()) } else { self.required_list(slot.list(), item) }
    }

    /// As [`array`](Self::array), for a required wrapper.
    pub fn required_array<T: Xml>(&mut self, list: &mut Vec<T>, item: &'static str) -> Result<()> {
        self.required_list(list, item)
    }

    fn required_list(&mut self, list: &mut dyn ListField, item: &'static str) -> Result<()> {
        self.wrapped(item, &mut |p| p.repeat_list(list))
    }

    /// As [`array`](Self::array), for a wrapper that can be nil or absent, as different values.
    pub fn optional_nillable_array<T: Xml>(
        &mut self,
        slot: &mut Nillable<Vec<T>>,
        item: &'static str,
    ) -> Result<()> {
        self.array(slot.get_or_insert_with(|| None), item)
    }

    /// As [`array`](Self::array), for items that may be nil.
    pub fn array_of_nillable<T: Xml>(
        &mut self,
        slot: &mut Option<Vec<Option<T>>>,
        item: &'static str,
    ) -> Result<()> {
        if self.skip_nil()? {
            return Ok(());
        }
        self.required_array_of_nillable(slot.get_or_insert_with(Vec::new), item)
    }

    /// As [`required_array`](Self::required_array), for items that may be nil.
    pub fn required_array_of_nillable<T: Xml>(
        &mut self,
        list: &mut Vec<Option<T>>,
        item: &'static str,
    ) -> Result<()> {
        self.wrapped(item, &mut |p| p.repeat_nillable(list))
    }

    /// As [`optional_nillable_array`](Self::optional_nillable_array), for items that may be nil.
    pub fn optional_nillable_array_of_nillable<T: Xml>(
        &mut self,
        slot: &mut Nillable<Vec<Option<T>>>,
        item: &'static str,
    ) -> Result<()> {
        self.array_of_nillable(slot.get_or_insert_with(|| None), item)
    }

    /// The items in a wrapper, which has no name in the JSON form.
    fn wrapped(&mut self, item: &'static str, read: &mut dyn FnMut(&mut Self) -> Result<()>) -> Result<()> {
        if let ReaderSource::Xml(_) = self.form {
            if self.again && self.strict {
                self.once()?;
            }
            let (mut met, skipped) = (false, self.skipped);
            self.only_child(item, &mut |p| {
                met = true;
                read(p)
            })?;
            match self.in_row && !met && self.skipped > skipped {
                true => Err(self.error(none_of_them(item))),
                false => Ok(()),
            }
        } else {
            read(self)
        }
    }

    /// One occurrence in XML; the whole list in JSON form.
    fn each(&mut self, read: &mut dyn FnMut(&mut Self) -> Result<()>) -> Result<()> {
        #[cfg(feature = "serde")]
        if let ReaderSource::Json(json) = &mut self.form {
            let values = json.list().map_err(|message| self.error(message))?;
            for value in values {
                if let ReaderSource::Json(json) = &mut self.form {
                    json.stand_on(value);
                }
                let level = self.path.len();
                read(self)?;
                self.path.truncate(level);
            }
            return Ok(());
        }
        read(self)
    }

    /// Reads an attribute of the element that was entered last.
    pub fn attribute<T: Text>(&mut self, name: &'static str, slot: &mut T) -> Result<()> {
        let mut value = None;
        self.optional_attribute(name, &mut value)?;
        match value {
            Some(value) => *slot = value,
            None => {
                self.path.push(PathStep { name, index: 0 });
                self.passed(NoticeKind::AbsentMember, "")?;
                self.path.pop();
            }
        }
        Ok(())
    }

    /// Reads an attribute that may be absent. Called before [`enter`](Self::enter).
    pub fn optional_attribute<T: Text>(&mut self, name: &'static str, slot: &mut Option<T>) -> Result<()> {
        let (namespace, local) = split_name(name);
        let text = match &mut self.form {
            ReaderSource::Xml(xml) if !xml.has_attributes() => return Ok(()),
            ReaderSource::Xml(xml) => {
                let namespace = namespace.unwrap_or(xml.main());
                xml.attribute(namespace, attribute_name(local))?.map(Cow::Owned)
            }
            #[cfg(feature = "serde")]
            ReaderSource::Json(json) => json.attribute(local).map_err(|message| self.error(message))?,
        };
        let Some(text) = text else { return Ok(()) };
        self.path.push(PathStep { name, index: 0 });
        let value = self.parse(&text).map_err(settled)?;
        self.path.pop();
        *slot = Some(value);
        Ok(())
    }

    /// Reads the text of an element that may also have attributes.
    pub fn content<T: Xml>(&mut self, slot: &mut T) -> Result<()> {
        #[cfg(feature = "serde")]
        if let ReaderSource::Json(_) = self.form {
            let mut at = self.enter("")?;
            while self.child(&mut at, &["@text"])?.is_some() {
                slot.read(self)?;
            }
            return self.leave(at, &["@text"], 1, 1);
        }
        slot.read(self)
    }

    /// Local name of the type that `xsi:type` (in JSON: `@type`) names, where it is in the main namespace; another
    /// one as `{namespace}local`. Called before [`enter`](Self::enter).
    fn xsi_type(&mut self) -> Result<Option<Cow<'a, str>>> {
        match &mut self.form {
            ReaderSource::Xml(xml) => Ok(xml.xsi_type()?.map(|(is_main, namespace, local)| {
                Cow::Owned(if is_main { local } else { format!("{{{namespace}}}{local}") })
            })),
            #[cfg(feature = "serde")]
            ReaderSource::Json(json) => json.attribute("@type").map_err(|message| self.error(message)),
        }
    }

    /// The index of the type that `xsi:type` names among these: the declared type, then those that derive from it. 0
    /// where none is named. Called before [`enter`](Self::enter).
    pub fn derived(&mut self, names: &[&'static str]) -> Result<usize> {
        let Some(named) = self.xsi_type()? else { return Ok(0) };
        let exact = names.iter().position(|name| *name == named);
        let found = match (exact, &self.form) {
            (Some(_), _) | (None, ReaderSource::Xml(_)) => exact,
            // The namespace may be left out if only one type has this name.
            #[cfg(feature = "serde")]
            (None, ReaderSource::Json(_)) => {
                let mut same = names.iter().enumerate().filter(|(_, name)| split_name(name).1 == named);
                same.next().filter(|_| same.next().is_none()).map(|(index, _)| index)
            }
        };
        match found {
            Some(index) => Ok(index),
            None => self.unknown_type(&named).map(|()| 0),
        }
    }

    /// `xsi:type` named `name`, which is not the declared type and does not derive from it.
    fn unknown_type(&mut self, name: &str) -> Result<()> {
        self.passed(NoticeKind::UnknownType, name)
    }
}
