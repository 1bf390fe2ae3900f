//! What the renderer must know about the types of the whole service before it writes the first one: which are met in
//! requests, which need no structure of their own, where a box breaks a cycle, which have no default.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::{Error, Result};
use crate::model::{
    Builtin, Field, FieldKind, Index, Message, Name, Service, Struct, Type, TypeKind, TypeRef,
};
use crate::names::Names;

use super::cycles::components;
use super::text::literal;

/// Maximum number of members that all derived types together may add to their bases. Real contracts stay far below; a
/// chain of thousands of types, each extending the one before, would give endless code.
const MOST_ADDED: usize = 200_000;

/// What the types of a service are to each other and to its operations.
pub struct Types<'a> {
    pub service: &'a Service,
    pub index: Index<'a>,
    pub names: Names,
    /// Types that a request can contain, and those that an answer can contain.
    in_requests: BTreeSet<Name>,
    in_answers: BTreeSet<Name>,
    /// Types that extend another one, directly or not, by the other's name.
    derived: BTreeMap<Name, Vec<&'a Type>>,
    /// Those of them whose bases are rendered.
    listed: BTreeSet<&'a Name>,
    /// Types that contain each other without a list or box in between have the same number.
    circles: BTreeMap<&'a Name, usize>,
    without_default: BTreeSet<Name>,
}

impl<'a> Types<'a> {
    pub fn new(service: &'a Service) -> Result<Types<'a>> {
        let index = Index::new(service);
        let mut types = Types {
            service,
            names: Names::new(service, &index),
            derived: derived_types(service, &index)?,
            index,
            in_requests: BTreeSet::new(),
            in_answers: BTreeSet::new(),
            listed: BTreeSet::new(),
            circles: BTreeMap::new(),
            without_default: BTreeSet::new(),
        };
        let operations = || service.operations.iter();
        let requests = operations().flat_map(|it| types.starts(it.request.as_ref(), &it.request_headers));
        types.in_requests = types.reach(requests.collect());
        let answers = operations().flat_map(|it| types.starts(it.response.as_ref(), &it.response_headers));
        types.in_answers = types.reach(answers.collect());
        let all = types.derived.iter().filter(|(base, _)| types.is_rendered(base));
        types.listed = all.flat_map(|(_, derived)| derived.iter().map(|ty| &ty.name)).collect();
        types.find_circles()?;
        types.find_types_without_default();
        Ok(types)
    }

    pub fn find(&self, name: &Name) -> Option<&'a Type> {
        self.index.find(name)
    }

    pub fn is_rendered(&self, name: &Name) -> bool {
        self.in_requests.contains(name) || self.in_answers.contains(name)
    }

    /// Whether the tables describe a type: those derived from one that is rendered are members of its enumeration.
    pub fn is_listed(&self, ty: &Type) -> bool {
        self.is_rendered(&ty.name) || self.listed.contains(&ty.name)
    }

    pub fn is_in_requests(&self, name: &Name) -> bool {
        self.in_requests.contains(name)
    }

    pub fn is_in_answers(&self, name: &Name) -> bool {
        self.in_answers.contains(name)
    }

    /// Types that extend this one, in the order of the contract.
    pub fn derived(&self, name: &Name) -> &[&'a Type] {
        self.derived.get(name).map_or(&[], Vec::as_slice)
    }

    /// Members of a request's or response's element; none if it is used as a [`whole`](Self::whole).
    pub fn message_fields(&self, message: Option<&Message>) -> Vec<&'a Field> {
        match message.filter(|message| self.index.is_wrapper(message)).map(|message| &message.ty) {
            Some(TypeRef::Named(name)) => self.fields_of(name),
            _ => Vec::new(),
        }
    }

    fn fields_of(&self, name: &Name) -> Vec<&'a Field> {
        match self.find(name).map(|ty| &ty.kind) {
            Some(TypeKind::Struct(structure)) => structure.fields.iter().collect(),
            _ => Vec::new(),
        }
    }

    /// The type of a request's or response's element that has more than members.
    pub fn whole(&self, message: Option<&'a Message>) -> Option<&'a TypeRef> {
        message.filter(|message| !self.index.is_wrapper(message)).map(|message| &message.ty)
    }

    /// The types that a message and its headers name.
    fn starts(&self, message: Option<&'a Message>, headers: &'a [Field]) -> Vec<Name> {
        let members = self.message_fields(message).into_iter().chain(headers);
        let mut starts: Vec<Name> = members.flat_map(|field| self.direct(field)).collect();
        starts.extend(self.whole(message).into_iter().flat_map(|ty| self.target(ty)));
        starts
    }

    /// All types reachable from these, without item wrappers.
    fn reach(&self, mut todo: Vec<Name>) -> BTreeSet<Name> {
        let mut reached = BTreeSet::new();
        while let Some(name) = todo.pop() {
            if !reached.insert(name.clone()) {
                continue;
            }
            if let Some(TypeKind::Struct(structure)) = self.find(&name).map(|ty| &ty.kind) {
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
        match self.find(name).map(|ty| &ty.kind) {
            Some(TypeKind::Alias(target) | TypeKind::List(target)) => self.target(target),
            _ => vec![name.clone()],
        }
    }

    /// The item's element, if a member is a wrapper around one repeated element and nothing else.
    pub fn item_of(&self, field: &Field) -> Option<&'a Field> {
        if field.repeats() || field.kind != FieldKind::Element {
            return None;
        }
        let TypeRef::Named(name) = &field.ty else { return None };
        match &self.find(name)?.kind {
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
        let is = |name: &Name| matches!(self.find(name).map(|ty| &ty.kind), Some(TypeKind::Struct(_)));
        self.target(ty).iter().any(is)
    }

    /// The structure that a type is.
    pub fn structure(&self, ty: &TypeRef) -> Option<(&'a Type, &'a Struct)> {
        let name = self.target(ty).into_iter().next()?;
        let ty = self.find(&name)?;
        match &ty.kind {
            TypeKind::Struct(structure) => Some((ty, structure)),
            _ => None,
        }
    }

    /// The Rust type of a value, without any wrapping.
    pub fn rust_type(&self, ty: &TypeRef) -> String {
        let name = match ty {
            TypeRef::Builtin(builtin) => return builtin_type(*builtin).to_owned(),
            TypeRef::Named(name) => name,
        };
        match self.find(name).map(|ty| &ty.kind) {
            Some(TypeKind::Alias(target)) => self.rust_type(target),
            Some(TypeKind::List(item)) => format!("rt::List<{}>", self.rust_type(item)),
            _ => self.names.ty(name).to_owned(),
        }
    }

    /// Whether a value of the type, which is that of a single member of `owner`, contains a value of `owner` again.
    pub fn holds(&self, ty: &TypeRef, owner: &Name) -> bool {
        let circle = self.circles.get(owner);
        circle.is_some() && self.target(ty).iter().any(|name| self.circles.get(name) == circle)
    }

    /// Finds the types that contain each other. Types that must contain themselves are an error.
    fn find_circles(&mut self) -> Result<()> {
        let types = &self.service.types;
        let numbers: BTreeMap<&Name, usize> =
            types.iter().enumerate().map(|(at, ty)| (&ty.name, at)).collect();
        let edges = |through: &dyn Fn(&Field) -> bool| -> Vec<Vec<usize>> {
            let single = |field: &&Field| !field.repeats() && self.item_of(field).is_none() && through(field);
            let of = |ty: &Type| match &ty.kind {
                TypeKind::Struct(structure) => {
                    let targets =
                        structure.fields.iter().filter(single).flat_map(|field| self.target(&field.ty));
                    targets.filter_map(|name| numbers.get(&name).copied()).collect()
                }
                _ => Vec::new(),
            };
            types.iter().map(of).collect()
        };
        let (must, may) = (components(&edges(&must_hold)), components(&edges(&|_| true)));
        if let Some((ty, _)) = types.iter().zip(must).find(|(_, circle)| circle.is_some()) {
            return Err(Error::new(
                &ty.place,
                format!("type `{}` must contain a value of itself, endlessly", ty.name),
            )
            .hint("make a member on the path optional"));
        }
        let circles = types.iter().zip(may).filter_map(|(ty, circle)| Some((&ty.name, circle?)));
        self.circles = circles.collect();
        Ok(())
    }

    // ---- defaults --------------------------------------------------------------------------------------------

    /// Whether a request's type has no default, so that a forgotten member is never sent.
    pub fn has_no_default(&self, name: &Name) -> bool {
        self.without_default.contains(name)
    }

    fn find_types_without_default(&mut self) {
        let requests = || self.service.types.iter().filter(|ty| self.is_in_requests(&ty.name));
        let members = |ty: &'a Type| match &ty.kind {
            TypeKind::Struct(structure) => structure.fields.iter().collect::<Vec<_>>(),
            _ => Vec::new(),
        };
        // A type that must contain a value without a default has no default either.
        let mut holders: BTreeMap<Name, Vec<&Name>> = BTreeMap::new();
        let mut todo: Vec<&Name> = Vec::new();
        for ty in requests() {
            for field in members(ty).into_iter().filter(|field| !self.is_list(field)) {
                let target = self.target(&field.ty).into_iter().next();
                if field.required
                    || (must_hold(field) && target.as_ref().is_some_and(|name| self.is_enum(name)))
                {
                    todo.push(&ty.name);
                } else if let (Some(target), true) = (target, must_hold(field)) {
                    holders.entry(target).or_default().push(&ty.name);
                }
            }
        }
        let mut found = BTreeSet::new();
        while let Some(name) = todo.pop() {
            if found.insert(name.clone()) {
                todo.extend(holders.get(name).into_iter().flatten());
            }
        }
        self.without_default = found;
    }

    fn is_list(&self, field: &Field) -> bool {
        field.repeats() || self.item_of(field).is_some()
    }

    fn is_enum(&self, name: &Name) -> bool {
        matches!(self.find(name).map(|ty| &ty.kind), Some(TypeKind::Enum(_)))
    }

    /// Whether a request's member has no default: a required enumeration, a member that the annotations call required,
    /// or a structure with such a member.
    pub fn is_asked(&self, field: &Field) -> bool {
        if self.is_list(field) {
            return false;
        }
        if field.required {
            return true;
        }
        if field.min == 0 || field.nillable {
            return false;
        }
        self.target(&field.ty).iter().any(|name| self.is_enum(name) || self.has_no_default(name))
    }

    /// Whether the Rust type of a value implements `Default`.
    pub fn type_derives_default(&self, ty: &TypeRef) -> bool {
        self.target(ty).iter().all(|name| match self.find(name).map(|ty| &ty.kind) {
            Some(TypeKind::Enum(_)) => false,
            Some(TypeKind::Struct(_)) => !self.has_no_default(name),
            _ => true,
        })
    }

    // ---- names -----------------------------------------------------------------------------------------------

    /// A member's name for the run-time: plain in the main namespace, otherwise `{namespace}local`.
    pub fn name_literal(&self, name: &Name) -> String {
        if name.namespace == self.service.namespace {
            literal(&name.local)
        } else {
            literal(&format!("{{{}}}{}", name.namespace, name.local))
        }
    }
}

/// Whether every value of the owner has the member.
fn must_hold(field: &Field) -> bool {
    field.min > 0 && !field.nillable && !field.repeats()
}

fn derived_types<'a>(service: &'a Service, index: &Index<'a>) -> Result<BTreeMap<Name, Vec<&'a Type>>> {
    let mut derived: BTreeMap<Name, Vec<&Type>> = BTreeMap::new();
    let mut added = 0;
    for ty in service.types.iter().filter(|ty| !ty.inline) {
        let TypeKind::Struct(structure) = &ty.kind else { continue };
        let mut base = base_of(ty);
        let mut seen = BTreeSet::new();
        while let Some(name) = base.filter(|name| seen.insert((*name).clone())) {
            added += structure.fields.len() - structure.inherited + 1;
            if added > MOST_ADDED {
                let what = format!(
                    "types derived from each other add more than {MOST_ADDED} members to their bases"
                );
                return Err(Error::new(&ty.place, what).hint("remove the types that no operation needs"));
            }
            derived.entry(name.clone()).or_default().push(ty);
            base = index.find(name).and_then(base_of);
        }
    }
    Ok(derived)
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
