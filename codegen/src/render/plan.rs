//! What the renderer has to know about a whole service before it writes the first type: which types are met in
//! requests, which need no structure of their own, where a box breaks a cycle, which have no default.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::{Error, Result};
use crate::model::{
    Builtin, Field, FieldKind, Message, Name, Operation, Service, Struct, Type, TypeKind, TypeRef,
};
use crate::names::{self, Names};

use super::slot::{Presence, Sender, Shape, Slot, builtin};
use super::text::literal;

/// Most members of one structure: the run-time keeps account of them in a machine word of this many bits.
const MOST_MEMBERS: usize = 128;

pub struct Plan<'a> {
    pub service: &'a Service,
    pub names: Names,
    /// Types that a request can hold, and those that an answer can hold.
    in_requests: BTreeSet<Name>,
    in_answers: BTreeSet<Name>,
    /// Types that extend another one, by that one's name, directly or not.
    derived: BTreeMap<Name, Vec<&'a Type>>,
    without_default: BTreeSet<Name>,
}

impl<'a> Plan<'a> {
    pub fn new(service: &'a Service) -> Result<Plan<'a>> {
        let mut plan = Plan {
            service,
            names: Names::new(service)?,
            in_requests: BTreeSet::new(),
            in_answers: BTreeSet::new(),
            derived: derived_types(service),
            without_default: BTreeSet::new(),
        };
        for operation in &service.operations {
            let reached = plan.reach(Some(&operation.request));
            plan.in_requests.extend(reached);
            let reached = plan.reach(operation.response.as_ref());
            plan.in_answers.extend(reached);
        }
        plan.find_types_without_default();
        Ok(plan)
    }

    pub fn is_rendered(&self, name: &Name) -> bool {
        self.in_requests.contains(name) || self.in_answers.contains(name)
    }

    /// Whether the tables describe a type: those derived from one that is rendered are members of its enumeration.
    pub fn is_listed(&self, ty: &Type) -> bool {
        let is_derived = |(base, all): (&Name, &Vec<&Type>)| {
            self.is_rendered(base) && all.iter().any(|derived| derived.name == ty.name)
        };
        self.is_rendered(&ty.name) || self.derived.iter().any(is_derived)
    }

    pub fn is_in_requests(&self, name: &Name) -> bool {
        self.in_requests.contains(name)
    }

    /// Types that extend this one, in the order of the contract.
    pub fn derived(&self, name: &Name) -> &[&'a Type] {
        self.derived.get(name).map_or(&[], Vec::as_slice)
    }

    /// Members of a request's or response's element; none where it is taken [`whole`](Self::whole).
    pub fn message_fields(&self, message: Option<&Message>) -> Vec<&'a Field> {
        match message.filter(|message| self.service.is_wrapper(message)).map(|message| &message.ty) {
            Some(TypeRef::Named(name)) => self.fields_of(name),
            _ => Vec::new(),
        }
    }

    fn fields_of(&self, name: &Name) -> Vec<&'a Field> {
        match self.service.find(name).map(|ty| &ty.kind) {
            Some(TypeKind::Struct(structure)) => structure.fields.iter().collect(),
            _ => Vec::new(),
        }
    }

    /// The type of a request's or response's element that is more than its members.
    pub fn whole(&self, message: Option<&'a Message>) -> Option<&'a TypeRef> {
        message.filter(|message| !self.service.is_wrapper(message)).map(|message| &message.ty)
    }

    /// All types that a message can hold; item wrappers left out.
    fn reach(&self, message: Option<&'a Message>) -> BTreeSet<Name> {
        let mut reached = BTreeSet::new();
        let mut todo: Vec<Name> =
            self.message_fields(message).into_iter().flat_map(|field| self.direct(field)).collect();
        todo.extend(self.whole(message).into_iter().flat_map(|ty| self.target(ty)));
        while let Some(name) = todo.pop() {
            if !reached.insert(name.clone()) {
                continue;
            }
            if let Some(TypeKind::Struct(structure)) = self.service.find(&name).map(|ty| &ty.kind) {
                for field in &structure.fields {
                    todo.extend(self.direct(field));
                }
            }
            for ty in self.derived(&name) {
                if let TypeKind::Struct(structure) = &ty.kind {
                    todo.extend(structure.fields.iter().flat_map(|field| self.direct(field)));
                }
            }
        }
        reached
    }

    /// The types that a member's Rust type names.
    fn direct(&self, field: &Field) -> Vec<Name> {
        match self.item_of(field) {
            Some(item) => self.target(&item.ty),
            None => self.target(&field.ty),
        }
    }

    fn target(&self, ty: &TypeRef) -> Vec<Name> {
        let TypeRef::Named(name) = ty else { return Vec::new() };
        match self.service.find(name).map(|ty| &ty.kind) {
            Some(TypeKind::Alias(target) | TypeKind::List(target)) => self.target(target),
            _ => vec![name.clone()],
        }
    }

    /// The item's element, where a member is a wrapper round one repeated element and nothing else.
    fn item_of(&self, field: &Field) -> Option<&'a Field> {
        if field.repeats() || field.kind != FieldKind::Element {
            return None;
        }
        let TypeRef::Named(name) = &field.ty else { return None };
        match &self.service.find(name)?.kind {
            TypeKind::Struct(Struct { base: None, open: false, fields, .. })
                if self.derived(name).is_empty() =>
            {
                match fields.as_slice() {
                    [item] if item.repeats() && item.kind == FieldKind::Element => Some(item),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Whether a type is a structure.
    pub fn is_structure(&self, ty: &TypeRef) -> bool {
        let is =
            |name: &Name| matches!(self.service.find(name).map(|ty| &ty.kind), Some(TypeKind::Struct(_)));
        self.target(ty).iter().any(is)
    }

    /// The structure that a type is.
    pub fn structure(&self, ty: &TypeRef) -> Option<(&'a Type, &'a Struct)> {
        let name = self.target(ty).into_iter().next()?;
        let ty = self.service.find(&name)?;
        match &ty.kind {
            TypeKind::Struct(structure) => Some((ty, structure)),
            _ => None,
        }
    }

    // ---- members ---------------------------------------------------------------------------------------------

    /// The members of a structure as slots.
    pub fn slots(&self, ty: &'a Type, structure: &'a Struct) -> Result<Vec<Slot<'a>>> {
        let fields: Vec<&Field> = structure.fields.iter().collect();
        self.check(&fields, &ty.place)?;
        if fields.iter().any(|field| must_hold(field) && self.holds(&field.ty, &ty.name, must_hold)) {
            return Err(Error::new(
                &ty.place,
                format!("type `{}` must hold a value of itself, and so on without end", ty.name),
            )
            .hint("make a member on the way optional"));
        }
        let names = names::fields(&fields, &["any", "derived"], &ty.place)?;
        let slots = fields.iter().zip(names).map(|(field, name)| {
            let mut slot = self.slot(Some(ty), field, name);
            let twin =
                |other: &&Field| other.kind == FieldKind::Element && other.name.local == field.name.local;
            slot.marked = field.kind == FieldKind::Attribute && fields.iter().any(twin);
            slot
        });
        Ok(slots.collect())
    }

    /// The members of a request as slots, those about the sender recognised.
    pub fn request_slots(&self, operation: &'a Operation) -> Result<Vec<Slot<'a>>> {
        let mut slots = self.message_slots(Some(&operation.request), &operation.name)?;
        for slot in &mut slots {
            if let Some(sender) = Sender::find(self.service, slot.field) {
                slot.shape = Shape::Sender(sender);
            }
        }
        Ok(slots)
    }

    /// The members of a response as slots.
    pub fn response_slots(&self, operation: &'a Operation) -> Result<Vec<Slot<'a>>> {
        self.message_slots(operation.response.as_ref(), &operation.name)
    }

    fn message_slots(&self, message: Option<&'a Message>, place: &str) -> Result<Vec<Slot<'a>>> {
        let fields = self.message_fields(message);
        self.check(&fields, place)?;
        let names = names::fields(&fields, &[], place)?;
        Ok(fields.into_iter().zip(names).map(|(field, name)| self.slot(None, field, name)).collect())
    }

    fn check(&self, fields: &[&Field], place: &str) -> Result<()> {
        let mut seen = BTreeSet::new();
        let mut elements = fields.iter().filter(|field| field.kind == FieldKind::Element);
        if let Some(twin) = elements.find(|field| !seen.insert(&field.name.local)) {
            let text = format!("two members `{}` that only their namespaces tell apart", twin.name.local);
            return Err(
                Error::new(place, text).hint("their JSON form would be the same: rename one in a copy")
            );
        }
        if fields.len() <= MOST_MEMBERS {
            return Ok(());
        }
        Err(Error::new(
            place,
            format!("{} members in one type; at most {MOST_MEMBERS} are supported", fields.len()),
        ))
    }

    fn slot(&self, owner: Option<&Type>, field: &'a Field, rust_name: String) -> Slot<'a> {
        let in_request = owner.is_none_or(|owner| self.is_in_requests(&owner.name));
        let asked = in_request && self.is_asked(field);
        let presence = match field {
            _ if field.min > 0 && field.nillable => Presence::Nillable,
            _ if field.min > 0 || (field.required && in_request) => Presence::Always,
            _ => Presence::Optional,
        };
        let item = self.item_of(field);
        let shape = match (field.kind, item) {
            (FieldKind::Attribute, _) => Shape::Attribute,
            (FieldKind::Text, _) => Shape::Content,
            (FieldKind::Element, Some(item)) => Shape::Array { item: item.name.clone() },
            (FieldKind::Element, None) if field.repeats() => Shape::Repeated { nillable: field.nillable },
            (FieldKind::Element, None) => self.own(owner, field).unwrap_or(Shape::Single),
        };
        let presence = if field.kind == FieldKind::Text { Presence::Always } else { presence };
        let value_type = self.value_type(owner, field, item);
        Slot { field, rust_name, shape, presence, value_type, asked, marked: false }
    }

    /// Whether a member of a payload names the goods owner.
    fn own(&self, owner: Option<&Type>, field: &Field) -> Option<Shape> {
        let owner = owner.filter(|owner| self.is_in_requests(&owner.name))?;
        let TypeKind::Struct(structure) = &owner.kind else { return None };
        match Sender::find(self.service, field)? {
            Sender::GoodsOwnerCode if field.min == 0 => Some(Shape::OwnCode),
            Sender::GoodsOwnerId => {
                // Where an identification stands beside it, the code may do instead.
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
        let is_text = builtin(self.service, &field.ty) == Some(Builtin::String);
        if is_text && field.name.local.to_ascii_lowercase().contains("password") {
            return "rt::Secret".to_owned();
        }
        let plain = self.rust_type(&field.ty);
        let boxed =
            owner.is_some_and(|owner| !field.repeats() && self.holds(&field.ty, &owner.name, |_| true));
        if boxed { format!("Box<{plain}>") } else { plain }
    }

    /// The Rust type of a value, without any wrapping.
    pub fn rust_type(&self, ty: &TypeRef) -> String {
        let name = match ty {
            TypeRef::Builtin(builtin) => return builtin_type(*builtin).to_owned(),
            TypeRef::Named(name) => name,
        };
        match self.service.find(name).map(|ty| &ty.kind) {
            Some(TypeKind::Alias(target)) => self.rust_type(target),
            Some(TypeKind::List(item)) => format!("rt::List<{}>", self.rust_type(item)),
            _ => self.names.ty(name).to_owned(),
        }
    }

    /// Whether a value of the type holds, without a list or box between, a value of `wanted`.
    fn holds(&self, ty: &TypeRef, wanted: &Name, through: fn(&Field) -> bool) -> bool {
        let mut seen = BTreeSet::new();
        let mut todo = self.target(ty);
        while let Some(name) = todo.pop() {
            if name == *wanted {
                return true;
            }
            if !seen.insert(name.clone()) {
                continue;
            }
            if let Some(TypeKind::Struct(structure)) = self.service.find(&name).map(|ty| &ty.kind) {
                let single = |f: &&Field| !f.repeats() && self.item_of(f).is_none() && through(f);
                for field in structure.fields.iter().filter(single) {
                    todo.extend(self.target(&field.ty));
                }
            }
        }
        false
    }

    // ---- defaults --------------------------------------------------------------------------------------------

    /// Whether a request's type has no default, so that nothing is sent because a member was forgotten.
    pub fn has_no_default(&self, name: &Name) -> bool {
        self.without_default.contains(name)
    }

    fn find_types_without_default(&mut self) {
        loop {
            let more: Vec<Name> = self
                .service
                .types
                .iter()
                .filter(|ty| self.lacks_default(ty))
                .map(|ty| ty.name.clone())
                .collect();
            let before = self.without_default.len();
            self.without_default.extend(more);
            if self.without_default.len() == before {
                return;
            }
        }
    }

    fn lacks_default(&self, ty: &Type) -> bool {
        match &ty.kind {
            TypeKind::Struct(structure) => {
                self.is_in_requests(&ty.name) && structure.fields.iter().any(|field| self.is_asked(field))
            }
            _ => false,
        }
    }

    /// Whether a request's member has no default: an enumeration that must be there, what the annotations call
    /// required, a structure with such a member.
    fn is_asked(&self, field: &Field) -> bool {
        if field.repeats() || self.item_of(field).is_some() {
            return false;
        }
        if field.required {
            return true;
        }
        if field.min == 0 || field.nillable {
            return false;
        }
        self.target(&field.ty).iter().any(|name| {
            let is_enum = matches!(self.service.find(name).map(|ty| &ty.kind), Some(TypeKind::Enum(_)));
            is_enum || self.has_no_default(name)
        })
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

    /// Whether the Rust type of a value implements `Default`.
    pub fn type_derives_default(&self, ty: &TypeRef) -> bool {
        self.target(ty).iter().all(|name| match self.service.find(name).map(|ty| &ty.kind) {
            Some(TypeKind::Enum(_)) => false,
            Some(TypeKind::Struct(_)) => !self.has_no_default(name),
            _ => true,
        })
    }

    // ---- names -----------------------------------------------------------------------------------------------

    /// A member's name as the run-time wants it: plain in the main namespace, `{namespace}local` elsewhere.
    pub fn name_literal(&self, name: &Name) -> String {
        if name.namespace == self.service.namespace {
            literal(&name.local)
        } else {
            literal(&format!("{{{}}}{}", name.namespace, name.local))
        }
    }

    /// The operation's members that are its own.
    pub fn own_slots(&self, operation: &'a Operation) -> Result<Vec<Slot<'a>>> {
        let slots = self.request_slots(operation)?;
        Ok(slots.into_iter().filter(|slot| !matches!(slot.shape, Shape::Sender(_))).collect())
    }
}

/// Whether no value of the owner can be without the member.
fn must_hold(field: &Field) -> bool {
    field.min > 0 && !field.nillable && !field.repeats()
}

fn derived_types(service: &Service) -> BTreeMap<Name, Vec<&Type>> {
    let mut derived: BTreeMap<Name, Vec<&Type>> = BTreeMap::new();
    for ty in service.types.iter().filter(|ty| !ty.inline) {
        let mut base = base_of(ty);
        let mut seen = BTreeSet::new();
        while let Some(name) = base.filter(|name| seen.insert((*name).clone())) {
            derived.entry(name.clone()).or_default().push(ty);
            base = service.find(name).and_then(base_of);
        }
    }
    derived
}

fn base_of(ty: &Type) -> Option<&Name> {
    match &ty.kind {
        TypeKind::Struct(structure) => structure.base.as_ref(),
        _ => None,
    }
}

fn builtin_type(builtin: Builtin) -> &'static str {
    match builtin {
        Builtin::String => "String",
        Builtin::Boolean => "bool",
        Builtin::Byte => "i8",
        Builtin::Short => "i16",
        Builtin::Int => "i32",
        Builtin::Long => "i64",
        Builtin::UnsignedByte => "u8",
        Builtin::UnsignedShort => "u16",
        Builtin::UnsignedInt => "u32",
        Builtin::UnsignedLong => "u64",
        Builtin::Integer | Builtin::Decimal => "rt::Decimal",
        Builtin::Float => "f32",
        Builtin::Double => "f64",
        Builtin::DateTime => "rt::DateTime",
        Builtin::Base64Binary => "rt::Bytes",
        Builtin::Any => "rt::Element",
    }
}
