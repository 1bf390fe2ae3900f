//! One member of a structure: its Rust type, and the run-time method that reads and writes it.

use crate::model::{Builtin, Field, FieldKind, Name, TypeKind, TypeRef};

use super::text::literal;
use super::types::Types;

/// How a member may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    Always,
    Optional,
    Nillable,
    /// Absent, nil or present, as three different states.
    OptionalNillable,
}

/// What kind of member it is.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape<'a> {
    Single,
    /// A wrapper around repeated items: the wrapper disappears.
    Array {
        item: Name,
        nillable: bool,
    },
    Repeated {
        nillable: bool,
    },
    Attribute,
    /// Rounds of a repeated group of these elements.
    Group {
        members: Vec<&'a Name>,
    },
    /// Text of an element that also has attributes.
    Content,
    /// A member of the sender, filled in from the credentials.
    Sender(Sender),
    /// Names the goods owner inside a payload: filled in if empty.
    OwnCode,
    OwnId {
        needed: bool,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender {
    UserName,
    Password,
    GoodsOwnerCode,
    GoodsOwnerId,
}

impl Sender {
    /// The method of reader and writer.
    pub fn method(self) -> &'static str {
        match self {
            Sender::UserName => "user_name",
            Sender::Password => "password",
            Sender::GoodsOwnerCode => "goods_owner_code",
            Sender::GoodsOwnerId => "goods_owner_id",
        }
    }

    /// The sender's member that an operation's own member is, by name and type.
    pub fn find(types: &Types<'_>, field: &Field) -> Option<Sender> {
        if field.kind != FieldKind::Element || field.repeats() {
            return None;
        }
        match (field.name.local.as_str(), builtin(types, &field.ty)?) {
            ("UserName", Builtin::String) => Some(Sender::UserName),
            ("Password", Builtin::String) => Some(Sender::Password),
            ("GoodsOwnerCode", Builtin::String) => Some(Sender::GoodsOwnerCode),
            ("GoodsOwnerId", Builtin::Int) => Some(Sender::GoodsOwnerId),
            _ => None,
        }
    }
}

/// The built-in that a type is or narrows.
pub fn builtin(types: &Types<'_>, ty: &TypeRef) -> Option<Builtin> {
    match ty {
        TypeRef::Builtin(builtin) => Some(*builtin),
        TypeRef::Named(name) => match &types.find(name)?.kind {
            TypeKind::Alias(target) => builtin(types, target),
            TypeKind::Struct(_) | TypeKind::Enum(_) | TypeKind::List(_) => None,
        },
    }
}

/// A member with everything that rendering needs.
#[derive(Debug, Clone)]
pub struct Slot<'a> {
    pub field: &'a Field,
    pub rust_name: String,
    pub shape: Shape<'a>,
    pub presence: Presence,
    /// Rust type of the value, or of one item.
    pub value_type: String,
    /// Whether a request must set it, because it has no default (see [`Types::has_no_default`]).
    pub asked: bool,
    /// An attribute beside an element of the same name: `@` distinguishes them in the JSON form.
    pub marked: bool,
}

impl Slot<'_> {
    /// Rust type of the field.
    pub fn rust_type(&self) -> String {
        let value = &self.value_type;
        let whole = match &self.shape {
            Shape::Repeated { nillable: true } => return format!("Vec<Option<{value}>>"),
            Shape::Repeated { .. } | Shape::Group { .. } => return format!("Vec<{value}>"),
            Shape::Array { nillable: true, .. } => format!("Vec<Option<{value}>>"),
            Shape::Array { .. } => format!("Vec<{value}>"),
            _ => value.clone(),
        };
        match self.presence {
            Presence::Always => whole,
            Presence::Optional | Presence::Nillable => format!("Option<{whole}>"),
            Presence::OptionalNillable => format!("rt::Nillable<{whole}>"),
        }
    }

    /// Number of `Option`s around the value.
    pub fn options(&self) -> usize {
        match self.presence {
            Presence::Always => 0,
            Presence::Optional | Presence::Nillable => 1,
            Presence::OptionalNillable => 2,
        }
    }

    /// The same member if nil means the same as absence, as for the result of an operation.
    pub fn plainly_optional(mut self) -> Self {
        if self.presence == Presence::OptionalNillable {
            self.presence = Presence::Optional;
        }
        self
    }

    /// The initial value for reading.
    pub fn blank(&self) -> &'static str {
        match (&self.shape, self.presence) {
            (Shape::Repeated { .. } | Shape::Group { .. }, _) | (Shape::Array { .. }, Presence::Always) => {
                "Vec::new()"
            }
            (_, Presence::Always) if self.is_boxed() => "Box::new(rt::Xml::blank())",
            (_, Presence::Always) => "rt::Xml::blank()",
            (_, _) => "None",
        }
    }

    /// The expression that reads the member into `place` (an expression of type `&mut ..`); its value is a result. `first`
    /// is the member's index among the names of the structure's child elements.
    pub fn read(&self, types: &Types<'_>, place: &str, first: usize) -> String {
        match (&self.shape, self.presence) {
            (Shape::Sender(sender), _) => format!("p.{}()", sender.method()),
            (Shape::Repeated { nillable: false }, _) => format!("p.repeat({place})"),
            (Shape::Repeated { nillable: true }, _) => format!("p.repeat_nillable({place})"),
            (Shape::Group { members }, _) => {
                format!("p.group(&mut at, {first}..={}, {place})", first + members.len())
            }
            (Shape::Array { item, nillable }, presence) => {
                let method = match presence {
                    Presence::Always => "required_array",
                    Presence::Optional | Presence::Nillable => "array",
                    Presence::OptionalNillable => "optional_nillable_array",
                };
                let items = if *nillable { "_of_nillable" } else { "" };
                format!("p.{method}{items}({place}, {})", types.name_literal(item))
            }
            (Shape::Content, _) => format!("p.content({place})"),
            (Shape::Attribute, Presence::Always) => {
                format!("p.attribute({}, {place})", self.attribute_literal(types))
            }
            (Shape::Attribute, _) => {
                format!("p.optional_attribute({}, {place})", self.attribute_literal(types))
            }
            (_, Presence::Always) if self.is_boxed() => {
                format!("p.value({}.as_mut())", place.trim_start_matches("&mut "))
            }
            (_, Presence::Always) => format!("p.value({place})"),
            (_, Presence::OptionalNillable) if self.is_boxed() => {
                format!("p.optional_nillable_boxed({place})")
            }
            (_, Presence::OptionalNillable) => format!("p.optional_nillable({place})"),
            (_, _) if self.is_boxed() => format!("p.option_boxed({place})"),
            (_, _) => format!("p.option({place})"),
        }
    }

    /// The statement that writes the member from `place` (an expression of type `&..`).
    pub fn write(&self, types: &Types<'_>, place: &str) -> String {
        let name = types.name_literal(&self.field.name);
        let limit = match self.field.length {
            Some(length) if self.is_text() => format!("w.longest({length})"),
            _ => "w".to_owned(),
        };
        let method = match self.presence {
            Presence::Always => "value",
            Presence::Optional => "optional",
            Presence::Nillable => "nillable",
            Presence::OptionalNillable => "optional_nillable",
        };
        match (&self.shape, self.presence) {
            (Shape::Sender(sender), _) => format!("w.{}({name})", sender.method()),
            (Shape::OwnCode, _) => format!("w.own_code({name}, {place})"),
            (Shape::OwnId { needed }, Presence::Always) => {
                format!("w.required_own_id({name}, {place}, {needed})")
            }
            (Shape::OwnId { .. }, Presence::Nillable) => format!("w.nillable_own_id({name}, {place})"),
            (Shape::OwnId { .. }, _) => format!("w.own_id({name}, {place})"),
            (Shape::Repeated { nillable: false }, _) => format!("w.repeated({name}, {place})"),
            (Shape::Repeated { nillable: true }, _) => format!("w.repeated_nillable({name}, {place})"),
            (Shape::Group { .. }, _) => format!("w.group({}, {place})", literal(&self.field.name.local)),
            (Shape::Array { item, nillable }, presence) => {
                let method = match presence {
                    Presence::Always => "required_array",
                    Presence::Optional => "array",
                    Presence::Nillable => "nillable_array",
                    Presence::OptionalNillable => "optional_nillable_array",
                };
                let items = if *nillable { "_of_nillable" } else { "" };
                format!("w.{method}{items}({name}, {}, {place})", types.name_literal(item))
            }
            (Shape::Content, _) => format!("w.content({place})"),
            (Shape::Attribute, Presence::Always) => {
                format!("w.attribute({}, {place})", self.attribute_literal(types))
            }
            (Shape::Attribute, _) => {
                format!("w.optional_attribute({}, {place})", self.attribute_literal(types))
            }
            (Shape::Single, Presence::Always) if self.is_boxed() => {
                format!("w.value({name}, {}.as_ref())", place.trim_start_matches('&'))
            }
            (Shape::Single, _) if self.is_boxed() => format!("w.{method}_boxed({name}, {place})"),
            (Shape::Single, _) => format!("{limit}.{method}({name}, {place})"),
        }
    }

    /// The names of the member among child elements: those of a group's elements and, in the JSON form, the group's
    /// own.
    pub fn child_names(&self, types: &Types<'_>) -> Vec<String> {
        match &self.shape {
            Shape::Group { members } => {
                let names = members.iter().map(|name| types.name_literal(name));
                names.chain([literal(&self.field.name.local)]).collect()
            }
            _ => vec![types.name_literal(&self.field.name)],
        }
    }

    /// Whether the member is among the child elements.
    pub fn is_child(&self) -> bool {
        matches!(self.field.kind, FieldKind::Element | FieldKind::Group)
    }

    fn attribute_literal(&self, types: &Types<'_>) -> String {
        let Name { namespace, local } = &self.field.name;
        match self.marked {
            true => types.name_literal(&Name::new(namespace, format!("@{local}"))),
            false => types.name_literal(&self.field.name),
        }
    }

    fn is_boxed(&self) -> bool {
        self.value_type.starts_with("Box<")
    }

    fn is_text(&self) -> bool {
        matches!(self.value_type.as_str(), "String" | "rt::Secret")
    }

    /// Whether the contract requires the member.
    pub fn must_be_there(&self) -> bool {
        let whole = !matches!(self.shape, Shape::Attribute | Shape::Content | Shape::Sender(_));
        whole && self.field.min > 0 && !self.field.nillable
    }

    /// The statement that sets a member to the schema's default before reading, if there is one.
    pub fn preset(&self, place: &str) -> Option<String> {
        let default = self.field.default.as_ref().filter(|_| self.shape == Shape::Attribute)?;
        let value = format!("rt::Text::parse({})", literal(default));
        Some(match self.presence {
            Presence::Always => {
                format!("if let Ok(value) = {value} {{\n            {place} = value;\n        }}")
            }
            _ => format!("{place} = {value}.ok();"),
        })
    }
}

/// The members of a request without those of the sender.
pub fn own<'s, 'a>(slots: &'s [Slot<'a>]) -> impl Iterator<Item = &'s Slot<'a>> {
    slots.iter().filter(|slot| !matches!(slot.shape, Shape::Sender(_)))
}
