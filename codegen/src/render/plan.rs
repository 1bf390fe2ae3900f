//! The plan of the generated code: what its types are to each other, and the members of each.

use std::ops::Deref;

use crate::error::Result;
use crate::model::{Operation, Service, Type};

use super::slot::{Presence, Shape, Slot};
use super::slots::Slots;
use super::types::Types;

/// All that is known before the first type is written. It is the [`Types`] too.
pub struct Plan<'a> {
    types: Types<'a>,
    slots: Slots<'a>,
}

impl<'a> Deref for Plan<'a> {
    type Target = Types<'a>;

    fn deref(&self) -> &Types<'a> {
        &self.types
    }
}

impl<'a> Plan<'a> {
    pub fn new(service: &'a Service) -> Result<Plan<'a>> {
        let types = Types::new(service)?;
        let slots = Slots::new(&types)?;
        Ok(Plan { types, slots })
    }

    /// The members of a structure as slots.
    pub fn slots(&self, ty: &Type) -> &[Slot<'a>] {
        self.slots.of_type(ty)
    }

    /// The members of a request as slots, with the sender's members recognized.
    pub fn request_slots(&self, operation: &Operation) -> &[Slot<'a>] {
        self.slots.of_request(operation)
    }

    /// The members of a response as slots.
    pub fn response_slots(&self, operation: &Operation) -> &[Slot<'a>] {
        self.slots.of_response(operation)
    }

    /// Whether the Rust type of a member implements `Default`.
    pub fn derives_default(&self, slot: &Slot<'_>) -> bool {
        let whole =
            matches!(slot.shape, Shape::Single | Shape::Attribute | Shape::Content | Shape::OwnId { .. });
        if slot.presence != Presence::Always || !whole {
            return true;
        }
        self.type_derives_default(&slot.field.ty)
    }
}
