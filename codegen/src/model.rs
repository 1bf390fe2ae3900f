//! The plain picture of a service: what the WSDL and its schemas say, with no Rust words in it.
//!
//! [`crate::wsdl`] and [`crate::schema`] fill it in, [`crate::annotations`] adds what a WSDL cannot say, and
//! [`crate::render`] reads it.

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
#[derive(Debug, Clone, PartialEq)]
pub struct Service {
    /// Name of the `wsdl:service`.
    pub name: String,
    /// The namespace that nearly all names are in: that of the first operation's request element.
    pub namespace: String,
    /// In the order of the port type.
    pub operations: Vec<Operation>,
    /// Every named type reachable from an operation, in the order of the document(s); inline types stand right
    /// after the type that holds them.
    pub types: Vec<Type>,
    /// What was left out on purpose, for the reader of the generated file ("binding `X` (HTTP GET) ignored").
    pub notes: Vec<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    pub name: String,
    /// SOAPAction of the SOAP 1.1 binding, else of the 1.2 one.
    pub action: String,
    /// The element in the request's body, and its members (document/literal).
    pub request: Message,
    /// The element in the answer's body; `None` for a one-way operation.
    pub response: Option<Message>,
    /// Elements that the binding declares for the answer's or request's `soap:Header`, for the record.
    pub headers: Vec<Name>,
    /// Elements that may stand in `detail` of a fault.
    pub faults: Vec<Name>,
    pub notes: OperationNotes,
}

/// One body element. `ty` is the element's own inline type (`inline`, see [`Type::name`]), else the named type or
/// built-in that the element refers to.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    pub element: Name,
    pub ty: TypeRef,
    pub inline: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Asks only: may be sent again.
    Read,
    /// Changes something in the warehouse.
    Write,
}

/// What `annotations.toml` adds to an operation.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OperationNotes {
    pub doc: Option<String>,
    pub group: Option<String>,
    /// `None` where nobody said: treated as a write.
    pub effect: Option<Effect>,
    /// Address of the documentation page.
    pub page: Option<String>,
    pub confidence: Option<String>,
    /// An absent result element means "nothing found" instead of being an error.
    pub absent_is_none: bool,
    /// How the answer is asked for in pages.
    pub paging: Option<Paging>,
}

/// The members by which an answer is asked for in pages. Members inside members are joined by dots.
#[derive(Debug, Clone, PartialEq)]
pub struct Paging {
    /// Of the request: most rows of a page.
    pub size: String,
    /// Of the request: lowest id of a page.
    pub from: String,
    /// Of a row: its id.
    pub id: String,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Type {
    /// Unique among [`Service::types`], so that a [`TypeRef`] leads to one type. An inline type has the name of its
    /// element; where a named type has this name already, a `/` follows it (`UpdateOrder/`). The inline type of a
    /// member has the path that leads to it: `Order/Line` for the member `Line` of the type `Order`.
    /// No name in XML contains a `/`, so these are never the name of anything else.
    pub name: Name,
    /// The type is inline: it can be met only under its element, never named by `xsi:type`.
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
    /// The type that this one extends. `fields` holds the inherited members too, first; `inherited` counts them.
    /// A restriction is no extension: it has no base and says all its members itself.
    pub base: Option<Name>,
    pub inherited: usize,
    /// Attributes first, then child elements in schema order (or the one `Text` member of simple content); so
    /// within what is inherited, and again within what is added. No two have the same name and kind.
    pub fields: Vec<Field>,
    /// `xs:any` stands in it, or the annotations say that the contract does not know all members. Where several
    /// elements match, a declared member comes before `any`.
    pub open: bool,
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
    /// Value that the schema gives to an absent member (`default` or `fixed`).
    pub default: Option<String>,
    pub doc: Option<String>,
    /// Longest text in characters.
    pub length: Option<u32>,
    /// The service refuses a request without it, whatever the schema says.
    pub required: bool,
    pub confidence: Option<String>,
}

impl Field {
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

/// The XML Schema built-ins, sorted by what a program can do with them.
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

impl Service {
    pub fn find(&self, name: &Name) -> Option<&Type> {
        self.types.iter().find(|ty| ty.name == *name)
    }

    /// Whether a body element holds members and nothing else, so that they stand for it ("wrapped" style). Else its
    /// type has a text, attributes, open content or derived types, and is taken whole.
    pub fn is_wrapper(&self, message: &Message) -> bool {
        let TypeRef::Named(name) = &message.ty else { return false };
        let extends = |ty: &Type| match &ty.kind {
            TypeKind::Struct(structure) => structure.base.as_ref() == Some(name),
            _ => false,
        };
        match self.find(name).map(|ty| &ty.kind) {
            Some(TypeKind::Struct(structure)) => {
                !structure.open
                    && structure.fields.iter().all(|field| field.kind == FieldKind::Element)
                    && !self.types.iter().any(extends)
            }
            _ => false,
        }
    }
}
