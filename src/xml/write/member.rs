//! Members: each method writes one kind of member.

use super::escape::escape;
use super::{Writer, WriterStep, made_prefix};
use crate::xml::scope::{XML, XMLNS};
use crate::xml::{Nillable, Text, Xml, attribute_name, split_name};

/// The items of a list, whatever their type: the loops over them are compiled once.
pub(super) trait ListItems {
    fn count(&self) -> usize;
    /// Writes the content of one item.
    fn write(&self, index: usize, w: &mut Writer<'_>);
}

pub(super) struct AllItems<'v, T>(pub &'v [T]);

impl<T: Xml> ListItems for AllItems<'_, T> {
    fn count(&self) -> usize {
        self.0.len()
    }

    fn write(&self, index: usize, w: &mut Writer<'_>) {
        self.0[index].write(w);
    }
}

struct NillableItems<'v, T>(&'v [Option<T>]);

impl<T: Xml> ListItems for NillableItems<'_, T> {
    fn count(&self) -> usize {
        self.0.len()
    }

    fn write(&self, index: usize, w: &mut Writer<'_>) {
        match &self.0[index] {
            Some(value) => value.write(w),
            None => w.nil_content(),
        }
    }
}

impl Writer<'_> {
    /// A member that is always written.
    pub fn value<T: Xml>(&mut self, name: &'static str, value: &T) {
        if self.only_checks() {
            return value.write(self);
        }
        let before = (self.out.len(), self.open);
        if !self.begin(name) {
            return;
        }
        value.write(self);
        self.end();
        if self.unset {
            self.undo(before);
        }
    }

    /// Removes the value that was written last, of which nothing was to be shown.
    #[cold]
    fn undo(&mut self, (length, open): (usize, bool)) {
        self.unset = false;
        self.out.truncate(length);
        self.open = open;
    }

    /// A member that is left out if it is `None`.
    pub fn optional<T: Xml>(&mut self, name: &'static str, value: &Option<T>) {
        match value {
            Some(value) => self.value(name, value),
            None => self.longest = None,
        }
    }

    /// As [`optional`](Self::optional), for a recursive type.
    pub fn optional_boxed<T: Xml>(&mut self, name: &'static str, value: &Option<Box<T>>) {
        if let Some(value) = value {
            self.value(name, &**value);
        }
    }

    /// As [`nillable`](Self::nillable), for a recursive type.
    pub fn nillable_boxed<T: Xml>(&mut self, name: &'static str, value: &Option<Box<T>>) {
        match value {
            Some(value) => self.value(name, &**value),
            None => self.nil(name),
        }
    }

    /// A member that is nil if it is `None`.
    pub fn nillable<T: Xml>(&mut self, name: &'static str, value: &Option<T>) {
        match value {
            Some(value) => self.value(name, value),
            None => self.nil(name),
        }
    }

    /// A member that is left out if it is `None`, and nil if it is `Some(None)`.
    pub fn optional_nillable<T: Xml>(&mut self, name: &'static str, value: &Nillable<T>) {
        match value {
            None => self.longest = None,
            Some(Some(value)) => self.value(name, value),
            Some(None) => self.certain_nil(name),
        }
    }

    /// As [`optional_nillable`](Self::optional_nillable), for a recursive type.
    pub fn optional_nillable_boxed<T: Xml>(&mut self, name: &'static str, value: &Nillable<Box<T>>) {
        match value {
            None => {}
            Some(Some(value)) => self.value(name, &**value),
            Some(None) => self.certain_nil(name),
        }
    }

    /// Also nil in the JSON form, if nil differs from absence.
    fn certain_nil(&mut self, name: &'static str) {
        self.longest = None;
        if !self.only_checks() && self.begin(name) {
            self.nil_content();
            self.end();
        }
    }

    /// Rounds of a repeated group without an element of its own.
    pub fn group<T: Xml>(&mut self, name: &'static str, rounds: &[T]) {
        if self.is_json() {
            return self.repeated(name, rounds);
        }
        for round in rounds {
            round.write(self);
        }
    }

    /// An element that repeats.
    pub fn repeated<T: Xml>(&mut self, name: &'static str, values: &[T]) {
        self.repeat(name, &AllItems(values));
    }

    /// An element that repeats and may be nil each time.
    pub fn repeated_nillable<T: Xml>(&mut self, name: &'static str, values: &[Option<T>]) {
        self.repeat(name, &NillableItems(values));
    }

    /// A list in a wrapper element that is left out where it is `None`.
    pub fn array<T: Xml>(&mut self, name: &'static str, item: &'static str, values: &Option<Vec<T>>) {
        if let Some(values) = values {
            self.required_array(name, item, values);
        }
    }

    /// A list in a wrapper element that is nil where it is `None`.
    pub fn nillable_array<T: Xml>(
        &mut self,
        name: &'static str,
        item: &'static str,
        values: &Option<Vec<T>>,
    ) {
        match values {
            Some(values) => self.required_array(name, item, values),
            None => self.nil(name),
        }
    }

    /// A list in a wrapper element that is left out where it is `None`, and nil where it is `Some(None)`.
    pub fn optional_nillable_array<T: Xml>(
        &mut self,
        name: &'static str,
        item: &'static str,
        values: &Nillable<Vec<T>>,
    ) {
        match values {
            None => {}
            Some(Some(values)) => self.required_array(name, item, values),
            Some(None) => self.certain_nil(name),
        }
    }

    /// A list in a wrapper element that is always written.
    pub fn required_array<T: Xml>(&mut self, name: &'static str, item: &'static str, values: &[T]) {
        self.wrapped(name, item, &AllItems(values));
    }

    /// As [`array`](Self::array), for items that may be nil.
    pub fn array_of_nillable<T: Xml>(
        &mut self,
        name: &'static str,
        item: &'static str,
        values: &Option<Vec<Option<T>>>,
    ) {
        if let Some(values) = values {
            self.required_array_of_nillable(name, item, values);
        }
    }

    /// As [`nillable_array`](Self::nillable_array), for items that may be nil.
    pub fn nillable_array_of_nillable<T: Xml>(
        &mut self,
        name: &'static str,
        item: &'static str,
        values: &Option<Vec<Option<T>>>,
    ) {
        match values {
            Some(values) => self.required_array_of_nillable(name, item, values),
            None => self.nil(name),
        }
    }

    /// As [`optional_nillable_array`](Self::optional_nillable_array), for items that may be nil.
    pub fn optional_nillable_array_of_nillable<T: Xml>(
        &mut self,
        name: &'static str,
        item: &'static str,
        values: &Nillable<Vec<Option<T>>>,
    ) {
        match values {
            None => {}
            Some(Some(values)) => self.required_array_of_nillable(name, item, values),
            Some(None) => self.certain_nil(name),
        }
    }

    /// As [`required_array`](Self::required_array), for items that may be nil.
    pub fn required_array_of_nillable<T: Xml>(
        &mut self,
        name: &'static str,
        item: &'static str,
        values: &[Option<T>],
    ) {
        self.wrapped(name, item, &NillableItems(values));
    }

    fn wrapped(&mut self, name: &'static str, item: &'static str, items: &dyn ListItems) {
        if self.is_json() {
            return self.json_list(name, items);
        }
        if self.only_checks() {
            return self.repeat(item, items);
        }
        self.start(name);
        self.repeat(item, items);
        self.end();
    }

    fn repeat(&mut self, name: &'static str, items: &dyn ListItems) {
        if self.is_json() {
            if items.count() > 0 {
                self.json_list(name, items);
            }
            return;
        }
        if self.only_checks() {
            return (0..items.count()).for_each(|index| items.write(index, self));
        }
        for index in 0..items.count() {
            self.start(name);
            self.number(index);
            items.write(index, self);
            self.end();
        }
    }

    pub(super) fn json_list(&mut self, name: &'static str, items: &dyn ListItems) {
        #[cfg(feature = "batch")]
        if self.cells.is_some() {
            return self.cell_list(name, items);
        }
        self.start(name);
        self.out.push('[');
        for index in 0..items.count() {
            if index > 0 {
                self.out.push(',');
            }
            self.number(index);
            self.open = true;
            items.write(index, self);
            self.end_json_value();
            self.unset = false;
        }
        self.out.push(']');
        self.open = false;
        self.path.pop();
    }

    /// An attribute that is always written. Attributes come before anything else of a value.
    pub fn attribute<T: Text>(&mut self, name: &'static str, value: &T) {
        if self.is_json() || self.only_checks() {
            return self.value(name, value);
        }
        self.path.push(WriterStep { name, index: 0 });
        self.check(value);
        self.attribute_name(name);
        let mut text = String::new();
        value.format_xml(&mut text);
        self.escaped(&text, true);
        self.out.push('"');
        self.path.pop();
    }

    /// ` name="`, with a new prefix if the attribute is in a namespace.
    pub(super) fn attribute_name(&mut self, name: &str) {
        let (namespace, local) = split_name(name);
        self.out.push(' ');
        match namespace.unwrap_or(self.main) {
            "" => {}
            XML => self.out.push_str("xml:"),
            XMLNS => self.out.push_str("xmlns:"),
            namespace => {
                self.prefixes += 1;
                let prefix = made_prefix(self.prefixes);
                self.out.push_str(&format!("xmlns:{prefix}=\""));
                self.escaped(namespace, true);
                self.out.push_str(&format!("\" {prefix}:"));
            }
        }
        self.out.push_str(attribute_name(local));
        self.out.push_str("=\"");
    }

    /// An attribute that is left out where it is `None`.
    pub fn optional_attribute<T: Text>(&mut self, name: &'static str, value: &Option<T>) {
        if let Some(value) = value {
            self.attribute(name, value);
        }
    }

    /// The text of an element that may have attributes besides.
    pub fn content<T: Text>(&mut self, value: &T) {
        if self.is_json() { self.value("@text", value) } else { self.text(value) }
    }

    /// Says that the value is of a type derived from the declared one.
    pub fn xsi_type(&mut self, name: &'static str) {
        if self.only_checks() {
            return;
        }
        if self.is_json() {
            return self.value("@type", &name.to_owned());
        }
        match split_name(name) {
            (Some(namespace), local) => {
                self.out.push_str(" xmlns:t=\"");
                escape(&mut self.out, namespace, true);
                self.out.push_str("\" xsi:type=\"t:");
                self.out.push_str(local);
            }
            (None, local) if self.in_main() => {
                self.out.push_str(" xsi:type=\"");
                self.out.push_str(local);
            }
            (None, local) => {
                self.out.push_str(" xmlns:t=\"");
                escape(&mut self.out, self.main, true);
                self.out.push_str("\" xsi:type=\"t:");
                self.out.push_str(local);
            }
        }
        self.out.push('"');
    }
}
