//! The members of each type, request and answer as slots, computed once.

use std::collections::{BTreeSet, HashMap};

use crate::error::{Error, Result};
use crate::model::{Builtin, Field, FieldKind, Name, Operation, Struct, Type, TypeKind};
use crate::names;

use super::slot::{Presence, Sender, Shape, Slot, builtin};
use super::types::Types;

/// The slots of a service, by owner.
#[derive(Default)]
pub struct Slots<'a> {
    types: HashMap<&'a Name, Vec<Slot<'a>>>,
    requests: HashMap<&'a str, Vec<Slot<'a>>>,
    responses: HashMap<&'a str, Vec<Slot<'a>>>,
}

impl<'a> Slots<'a> {
    /// Computes the slots of all types and operations of a service.
    pub fn new(types: &Types<'a>) -> Result<Slots<'a>> {
        let mut slots = Slots::default();
        for ty in types.service.types.iter().filter(|ty| types.is_listed(ty)) {
            if let TypeKind::Struct(structure) = &ty.kind {
                slots.types.insert(&ty.name, types.make_slots(ty, structure)?);
            }
        }
        for operation in &types.service.operations {
            // No two operations of a service have the same name.
            slots.requests.insert(&operation.name, types.make_request_slots(operation)?);
            let members = types.message_fields(operation.response.as_ref());
            slots.responses.insert(&operation.name, types.free_slots(members, &[], &operation.name)?);
        }
        Ok(slots)
    }

    /// The members of a structure as slots.
    pub fn of_type(&self, ty: &Type) -> &[Slot<'a>] {
        self.types.get(&ty.name).map_or(&[], Vec::as_slice)
    }

    /// The members of a request as slots, with the sender's members recognized.
    pub fn of_request(&self, operation: &Operation) -> &[Slot<'a>] {
        self.requests.get(operation.name.as_str()).map_or(&[], Vec::as_slice)
    }

    /// The members of a response as slots.
    pub fn of_response(&self, operation: &Operation) -> &[Slot<'a>] {
        self.responses.get(operation.name.as_str()).map_or(&[], Vec::as_slice)
    }
}

/// How slots are made.
impl<'a> Types<'a> {
    fn make_slots(&self, ty: &'a Type, structure: &'a Struct) -> Result<Vec<Slot<'a>>> {
        let fields: Vec<&Field> = structure.fields.iter().collect();
        check(&fields, &ty.place)?;
        let names = names::fields(&fields, &["any", "derived"]);
        let slots = fields.iter().zip(names).map(|(field, name)| {
            let mut slot = self.slot(Some(ty), field, name);
            let twin =
                |other: &&Field| other.kind == FieldKind::Element && other.name.local == field.name.local;
            slot.marked = field.kind == FieldKind::Attribute && fields.iter().any(twin);
            slot
        });
        Ok(slots.collect())
    }

    fn make_request_slots(&self, operation: &'a Operation) -> Result<Vec<Slot<'a>>> {
        let reserved: &[&str] = if operation.request_headers.is_empty() { &[] } else { &["header"] };
        let fields = self.message_fields(operation.request.as_ref());
        let mut slots = self.free_slots(fields, reserved, &operation.name)?;
        for slot in &mut slots {
            if let Some(sender) = self.sender(slot.field) {
                slot.shape = Shape::Sender(sender);
            }
        }
        Ok(slots)
    }

    /// The blocks of a header as slots.
    pub fn header_slots(&self, headers: &'a [Field], place: &str) -> Result<Vec<Slot<'a>>> {
        self.free_slots(headers.iter().collect(), &[], place)
    }

    /// Members that do not belong to a type.
    fn free_slots(&self, fields: Vec<&'a Field>, reserved: &[&str], place: &str) -> Result<Vec<Slot<'a>>> {
        check(&fields, place)?;
        let names = names::fields(&fields, reserved);
        Ok(fields.into_iter().zip(names).map(|(field, name)| self.slot(None, field, name)).collect())
    }

    /// The sender's member that a member is, if the annotations say that the service has these.
    pub fn sender(&self, field: &Field) -> Option<Sender> {
        Sender::find(self, field).filter(|_| self.service.notions.credentials)
    }

    fn slot(&self, owner: Option<&Type>, field: &'a Field, rust_name: String) -> Slot<'a> {
        let in_request = owner.is_none_or(|owner| self.is_in_requests(&owner.name));
        let asked = in_request && self.is_asked(field);
        let presence = match field {
            _ if field.min > 0 && field.nillable => Presence::Nillable,
            _ if field.min > 0 || (field.required && in_request) => Presence::Always,
            _ if field.nillable && !self.service.notions.nil_is_absent => Presence::OptionalNillable,
            _ => Presence::Optional,
        };
        let item = self.item_of(field);
        let shape = match (field.kind, item) {
            (FieldKind::Attribute, _) => Shape::Attribute,
            (FieldKind::Text, _) => Shape::Content,
            (FieldKind::Group, _) => Shape::Group { members: self.group_members(field) },
            (FieldKind::Element, Some(item)) => {
                let nillable = item.nillable && !self.service.notions.nil_is_absent;
                Shape::Array { item: item.name.clone(), nillable }
            }
            (FieldKind::Element, None) if field.repeats() => Shape::Repeated { nillable: field.nillable },
            (FieldKind::Element, None) => self.own(owner, field).unwrap_or(Shape::Single),
        };
        let presence = match (&shape, presence) {
            (Shape::Content | Shape::Group { .. }, _) => Presence::Always,
            (Shape::OwnCode | Shape::OwnId { .. }, Presence::OptionalNillable) => Presence::Optional,
            _ => presence,
        };
        let value_type = self.value_type(owner, field, item);
        Slot { field, rust_name, shape, presence, value_type, asked, marked: false }
    }

    /// The elements that a repeated group is made of.
    fn group_members(&self, field: &Field) -> Vec<&'a Name> {
        match self.structure(&field.ty) {
            Some((_, structure)) => structure.fields.iter().map(|field| &field.name).collect(),
            None => Vec::new(),
        }
    }

    /// Whether a member of a payload names the goods owner.
    fn own(&self, owner: Option<&Type>, field: &Field) -> Option<Shape<'a>> {
        let owner = owner.filter(|owner| self.is_in_requests(&owner.name))?;
        let TypeKind::Struct(structure) = &owner.kind else { return None };
        match self.sender(field)? {
            Sender::GoodsOwnerCode if field.min == 0 => Some(Shape::OwnCode),
            Sender::GoodsOwnerId => {
                // If there is an identification beside it, the code may identify the goods owner instead.
                let beside = |other: &Field| other.name.local == "GoodsOwnerIdentification";
                Some(Shape::OwnId { needed: !structure.fields.iter().any(beside) })
            }
            _ => None,
        }
    }

    fn value_type(&self, owner: Option<&Type>, field: &Field, item: Option<&Field>) -> String {
        if let Some(item) = item {
            return self.rust_type(&item.ty);
        }
        let is_text = builtin(self, &field.ty) == Some(Builtin::String);
        if is_text && field.name.local.to_ascii_lowercase().contains("password") {
            return "rt::Secret".to_owned();
        }
        let plain = self.rust_type(&field.ty);
        let boxed = owner.is_some_and(|owner| !field.repeats() && self.holds(&field.ty, &owner.name));
        if boxed { format!("Box<{plain}>") } else { plain }
    }
}

fn check(fields: &[&Field], place: &str) -> Result<()> {
    let mut seen = BTreeSet::new();
    let mut elements = fields.iter().filter(|field| field.kind == FieldKind::Element);
    match elements.find(|field| !seen.insert(&field.name.local)) {
        Some(twin) => {
            let text = format!("two members `{}` that differ only in their namespaces", twin.name.local);
            Err(Error::new(place, text).hint("this is not supported: their JSON form would be the same"))
        }
        None => Ok(()),
    }
}
