//! The model of a service: the content of the WSDL and its schemas, independent of Rust.
//!
//! [`crate::wsdl`] and [`crate::schema`] fill it in, [`crate::annotations`] adds what a WSDL cannot say, and
//! [`crate::render`] reads it.

use std::collections::{HashMap, HashSet};
use std::fmt;

/// A name in a namespace. An empty namespace means "no namespace" (an unqualified local element or attribute).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name {
    pub namespace: String,
    pub local: String,
}

impl Name {
    pub fn new(namespace: impl Into<String>, local: impl Into<String>) -> Self {
        Name { namespace: namespace.into(), local: local.into() }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.namespace.is_empty() {
            f.write_str(&self.local)
        } else {
            write!(f, "{{{}}}{}", self.namespace, self.local)
        }
    }
}

/// Everything that one WSDL describes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Service {
    /// Name of the `wsdl:service`.
    pub name: String,
    /// The main namespace: that of the first operation's request element.
    pub namespace: String,
    /// In the order of the port type.
    pub operations: Vec<Operation>,
    /// Properties of all operations and types.
    pub notions: Notions,
    /// Every named type reachable from an operation, in the order of the document(s); inline types directly follow the
    /// type that contains them.
    pub types: Vec<Type>,
    /// What was left out on purpose, for readers of the generated file ("binding `X` (HTTP GET) ignored").
    pub notes: Vec<String>,
    /// The notes to print when the generator runs: parts of the WSDL that were left out.
    pub warnings: Vec<String>,
}

impl Service {
    pub fn warn(&mut self, text: String) {
        self.notes.push(text.clone());
        self.warnings.push(text);
    }
}

/// What the annotations say about a service as a whole.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Notions {
    /// Members called UserName, Password, GoodsOwnerCode and GoodsOwnerId come from the client's credentials.
    pub credentials: bool,
    /// Nil means the same as absence: nil items of wrapped lists are left out, and an optional nillable member without
    /// a value is left out. Otherwise each has its own form.
    pub nil_is_absent: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    pub name: String,
    /// SOAPAction of the SOAP 1.1 binding, else of the SOAP 1.2 binding.
    pub action: String,
    /// The element in the request's body, and its members (document/literal); `None` for an empty body.
    pub request: Option<Message>,
    /// The element in the answer's body; `None` for an empty body and for a one-way operation.
    pub response: Option<Message>,
    /// Elements that the binding declares for the request's `soap:Header`; all are optional.
    pub request_headers: Vec<Field>,
    /// Elements that the binding declares for the answer's `soap:Header`; all are optional.
    pub response_headers: Vec<Field>,
    /// Possible elements in `detail` of a fault.
    pub faults: Vec<Name>,
    pub notes: OperationNotes,
}

/// A body element. `ty` is the element's own inline type (`inline`, see [`Type::name`]), or the named type or built-in
/// that the element refers to.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    pub element: Name,
    pub ty: TypeRef,
    pub inline: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Reads only, and can be resent.
    Read,
    /// Changes something in the warehouse.
    Write,
}

/// What `annotations.toml` adds to an operation.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OperationNotes {
    pub doc: Option<String>,
    pub group: Option<String>,
    /// `None` if not annotated: treated as a write.
    pub effect: Option<Effect>,
    /// Address of the documentation page.
    pub page: Option<String>,
    pub confidence: Option<String>,
    /// Whether an absent or nil result means "nothing found" and not an error. `None` if not annotated: it does for
    /// operations that read.
    pub absent_is_none: Option<bool>,
    /// How the answer is requested in pages.
    pub paging: Option<Paging>,
}

/// The members for paging. Nested members are joined by dots.
#[derive(Debug, Clone, PartialEq)]
pub struct Paging {
    /// Of the request: maximum number of rows of a page.
    pub size: String,
    /// Of the request: lowest id of a page.
    pub from: String,
    /// Of a row: its id.
    pub id: String,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Type {
    /// Unique among [`Service::types`], so that a [`TypeRef`] leads to one type. An inline type has the name of its
    /// element; if a named type already has this name, a `/` follows it (`UpdateOrder/`). The inline type of a member
    /// has the path that leads to it: `Order/Line` for the member `Line` of the type `Order`. No name in XML contains a
    /// `/`, so these names are unique.
    pub name: Name,
    /// The type is inline: it occurs only under its element, and `xsi:type` never names it.
    pub inline: bool,
    pub kind: TypeKind,
    pub doc: Option<String>,
    pub confidence: Option<String>,
    /// File and line of the declaration, for messages.
    pub place: String,
}

#[derive(Debug, Clone, PartialEq)]
pub enum TypeKind {
    Struct(Struct),
    Enum(Vec<EnumValue>),
    /// A simple type that only narrows another one (pattern, length, range).
    Alias(TypeRef),
    /// `xs:list`: values separated by white space.
    List(TypeRef),
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Struct {
    /// The type that this one extends. `fields` holds the inherited members too, first; `inherited` counts them. A
    /// restriction is not an extension: it has no base and declares all its members itself.
    pub base: Option<Name>,
    pub inherited: usize,
    /// Attributes first, then child elements in schema order (or the one `Text` member of simple content); so
    /// within what is inherited, and again within what is added. No two have the same name and kind.
    pub fields: Vec<Field>,
    /// It has `xs:any`, or the annotations say that the contract does not have all members. Where several elements
    /// match, a declared member comes before `any`.
    pub open: bool,
    /// If it is open: number of child elements before the other elements.
    pub open_at: usize,
    /// The type is one round of a repeated group, without an element of its own. For each member the number of its
    /// alternative: all members of a round belong to the same alternative.
    pub round: Option<Vec<usize>>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    pub name: Name,
    pub kind: FieldKind,
    pub ty: TypeRef,
    /// 0 or 1 (or more for a repeated element). Members of `xs:choice` are 0.
    pub min: u32,
    /// `None` is unbounded.
    pub max: Option<u32>,
    pub nillable: bool,
    /// The schema's value for an absent member (`default` or `fixed`).
    pub default: Option<String>,
    pub doc: Option<String>,
    /// Maximum length of the text in characters.
    pub length: Option<u32>,
    /// The service refuses a request without it, whatever the schema says.
    pub required: bool,
    pub confidence: Option<String>,
}

impl Field {
    /// A plain element that may be absent.
    pub fn optional_element(name: Name, ty: TypeRef) -> Self {
        Field { min: 0, ..Field::new(name, FieldKind::Element, ty) }
    }

    /// A member that is required exactly once.
    pub fn new(name: Name, kind: FieldKind, ty: TypeRef) -> Self {
        Field {
            name,
            kind,
            ty,
            min: 1,
            max: Some(1),
            nillable: false,
            default: None,
            doc: None,
            length: None,
            required: false,
            confidence: None,
        }
    }

    pub fn repeats(&self) -> bool {
        self.max.is_none_or(|max| max > 1)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    Element,
    Attribute,
    /// The text of an element with simple content. It has no name in XML; [`Field::name`] is `text` in no namespace.
    Text,
    /// A repeated group of several elements: its type has [`Struct::round`]. It has no element in XML; its name starts
    /// with `@`, which no name in XML does.
    Group,
}

#[derive(Debug, Clone, PartialEq)]
pub struct EnumValue {
    pub text: String,
    pub doc: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum TypeRef {
    Builtin(Builtin),
    Named(Name),
}

/// The built-in types of XML Schema, grouped by their use in a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Builtin {
    /// `string` and what narrows it, `anyURI`, `QName`, and the dates and times that have no Rust type of
    /// their own here (`date`, `time`, `duration`, `gYear` ...): kept as text.
    String,
    Boolean,
    Byte,
    Short,
    Int,
    Long,
    UnsignedByte,
    UnsignedShort,
    UnsignedInt,
    UnsignedLong,
    /// `integer` and what narrows it without a bound of a machine word.
    Integer,
    Decimal,
    Float,
    Double,
    DateTime,
    Base64Binary,
    /// `anyType`, `anySimpleType`: kept as an element.
    Any,
}

impl Builtin {
    pub const ALL: [Builtin; 17] = [
        Builtin::String,
        Builtin::Boolean,
        Builtin::Byte,
        Builtin::Short,
        Builtin::Int,
        Builtin::Long,
        Builtin::UnsignedByte,
        Builtin::UnsignedShort,
        Builtin::UnsignedInt,
        Builtin::UnsignedLong,
        Builtin::Integer,
        Builtin::Decimal,
        Builtin::Float,
        Builtin::Double,
        Builtin::DateTime,
        Builtin::Base64Binary,
        Builtin::Any,
    ];

    /// Its name in XML Schema.
    pub fn name(self) -> &'static str {
        match self {
            Builtin::String => "string",
            Builtin::Boolean => "boolean",
            Builtin::Byte => "byte",
            Builtin::Short => "short",
            Builtin::Int => "int",
            Builtin::Long => "long",
            Builtin::UnsignedByte => "unsignedByte",
            Builtin::UnsignedShort => "unsignedShort",
            Builtin::UnsignedInt => "unsignedInt",
            Builtin::UnsignedLong => "unsignedLong",
            Builtin::Integer => "integer",
            Builtin::Decimal => "decimal",
            Builtin::Float => "float",
            Builtin::Double => "double",
            Builtin::DateTime => "dateTime",
            Builtin::Base64Binary => "base64Binary",
            Builtin::Any => "anyType",
        }
    }

    /// Maps a built-in type of XML Schema.
    pub fn of_schema(name: &str) -> Builtin {
        match name {
            "boolean" => Builtin::Boolean,
            "byte" => Builtin::Byte,
            "short" => Builtin::Short,
            "int" => Builtin::Int,
            "long" => Builtin::Long,
            "unsignedByte" => Builtin::UnsignedByte,
            "unsignedShort" => Builtin::UnsignedShort,
            "unsignedInt" => Builtin::UnsignedInt,
            "unsignedLong" => Builtin::UnsignedLong,
            "integer" | "nonNegativeInteger" | "positiveInteger" | "nonPositiveInteger"
            | "negativeInteger" => Builtin::Integer,
            "decimal" => Builtin::Decimal,
            "float" => Builtin::Float,
            "double" => Builtin::Double,
            "dateTime" | "dateTimeStamp" => Builtin::DateTime,
            "base64Binary" => Builtin::Base64Binary,
            "anyType" | "anySimpleType" => Builtin::Any,
            _ => Builtin::String,
        }
    }
}

/// The types of a service by name.
pub struct Index<'a> {
    types: HashMap<&'a Name, &'a Type>,
    bases: HashSet<&'a Name>,
}

impl<'a> Index<'a> {
    pub fn new(service: &'a Service) -> Self {
        let base = |ty: &'a Type| match &ty.kind {
            TypeKind::Struct(structure) => structure.base.as_ref(),
            _ => None,
        };
        Index {
            types: service.types.iter().map(|ty| (&ty.name, ty)).collect(),
            bases: service.types.iter().filter_map(base).collect(),
        }
    }

    pub fn find(&self, name: &Name) -> Option<&'a Type> {
        self.types.get(name).copied()
    }

    /// Whether a body element contains only members, which then represent it ("wrapped" style). Otherwise its type has
    /// a text, attributes, open content, repeated groups or derived types, and is used as a whole.
    pub fn is_wrapper(&self, message: &Message) -> bool {
        let TypeRef::Named(name) = &message.ty else { return false };
        match self.find(name).map(|ty| &ty.kind) {
            Some(TypeKind::Struct(structure)) => {
                !structure.open
                    && structure.fields.iter().all(|field| field.kind == FieldKind::Element)
                    && !self.bases.contains(name)
            }
            _ => false,
        }
    }
}
