//! Fields of any type behind one interface, so that the rules for nil, duplicates and lists are compiled once and not
//! for each type.

use super::{Reader, Result};
use crate::xml::Xml;

/// A field that always has a value.
pub(super) trait RequiredField {
    /// Sets the initial value.
    fn reset(&mut self);
    /// Reads the element that was found into the value.
    fn fill(&mut self, p: &mut Reader<'_>) -> Result<()>;
}

impl<T: Xml> RequiredField for T {
    fn reset(&mut self) {
        *self = T::blank();
    }

    fn fill(&mut self, p: &mut Reader<'_>) -> Result<()> {
        self.read(p)
    }
}

/// A field that may be empty.
pub(super) trait OptionalField {
    /// Empties the field.
    fn clear(&mut self);
    /// Reads the element that was found as a new value.
    fn renew(&mut self, p: &mut Reader<'_>) -> Result<()>;
}

impl<T: Xml> OptionalField for Option<T> {
    fn clear(&mut self) {
        *self = None;
    }

    fn renew(&mut self, p: &mut Reader<'_>) -> Result<()> {
        self.insert(T::blank()).read(p)
    }
}

/// A list of values.
pub(super) trait ListField {
    fn length(&self) -> usize;
    /// Memory of one item, without what it points to.
    fn item_size(&self) -> usize;
    /// Reads the element that was found as the next item.
    fn add(&mut self, p: &mut Reader<'_>) -> Result<()>;
}

impl<T: Xml> ListField for Vec<T> {
    fn length(&self) -> usize {
        self.len()
    }

    fn item_size(&self) -> usize {
        size_of::<T>()
    }

    fn add(&mut self, p: &mut Reader<'_>) -> Result<()> {
        self.push(T::blank());
        match self.last_mut() {
            Some(value) => value.read(p),
            None => Ok(()),
        }
    }
}

/// A list that may be absent.
pub(super) trait OptionalListField {
    /// The list, made if it is absent.
    fn list(&mut self) -> &mut dyn ListField;
}

impl<T: Xml> OptionalListField for Option<Vec<T>> {
    fn list(&mut self) -> &mut dyn ListField {
        self.get_or_insert_default()
    }
}
