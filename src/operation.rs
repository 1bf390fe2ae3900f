//! What an operation is, and the tables that describe a contract.

mod builtin;

pub use crate::effect::Effect;
pub use builtin::Builtin;

use crate::verdict::Verdict;
use crate::xml::{self, Reader, Writer, Xml};

/// An operation of the service: the request, and the type of its answer.
///
/// Implemented by the generator. The request's value holds the operation's own members; the members about the
/// sender (UserName, Password, GoodsOwnerCode, GoodsOwnerId) come from the client's credentials.
pub trait Operation: Xml {
    /// What the table says about the operation.
    const INFO: &'static OperationInfo;

    /// What the call returns: the content of the result element.
    type Response: Send + Sync + 'static;

    /// Reads the members of the response element at which `p` is.
    #[doc(hidden)]
    fn read_response(p: &mut Reader<'_>) -> xml::Result<Self::Response>;

    /// Writes the members of the response element, for servers.
    #[doc(hidden)]
    fn write_response(response: &Self::Response, w: &mut Writer<'_>);

    /// The blocks of the request's header that the contract declares, by name.
    #[doc(hidden)]
    const HEADERS: &'static [&'static str] = &[];

    /// Writes the blocks of the request's header; `false` if the request has none of its own.
    #[doc(hidden)]
    fn write_header(&self, _w: &mut Writer<'_>) -> bool {
        false
    }

    /// Reads the header of a request.
    #[doc(hidden)]
    fn read_header(&mut self, p: &mut Reader<'_>) -> xml::Result<()> {
        p.other_header()
    }

    /// What the answer's declared members say about its success.
    #[doc(hidden)]
    fn verdict(_response: &Self::Response) -> Verdict {
        Verdict::default()
    }
}

/// An operation for whose answers the contract declares a SOAP header: see
/// [`Client::call_with_header`](crate::Client::call_with_header).
///
/// Implemented by the generator.
pub trait AnswersWithHeader: Operation {
    /// The blocks of the answer's header.
    type Header: HeaderBlocks;
}

/// Blocks of a SOAP header: see [`ClientBuilder::header`](crate::ClientBuilder::header).
///
/// Implemented by the generator for the headers that a contract declares.
pub trait HeaderBlocks: Xml {
    /// The namespace of names without one.
    #[doc(hidden)]
    const NAMESPACE: &'static str;
}

/// An operation whose answer is one list, so that it can be read row by row: see
/// [`Client::rows`](crate::Client::rows).
///
/// Implemented by the generator where the result, or one member of it, is a list of structures and nothing else is
/// (lists of errors apart).
pub trait RowOperation: Operation {
    /// One row.
    type Row: Xml + Send + 'static;

    /// The elements that lead from the response element to a row.
    #[doc(hidden)]
    const ROWS: &'static [&'static str];
}

/// An operation whose rows can be requested page by page: see [`Client::pages`](crate::Client::pages).
///
/// Implemented by the generator where the annotations name the members for it and the contract has them.
pub trait PagedOperation: RowOperation + Clone {
    /// The members for paging.
    #[doc(hidden)]
    const PAGING: Paging;

    /// Requests this number of rows, starting at this id; without an id, starting where the operation itself says.
    #[doc(hidden)]
    fn ask_for(&mut self, size: i32, from: Option<i32>);

    /// The id of a row for paging.
    #[doc(hidden)]
    fn id(row: &Self::Row) -> Option<i32>;
}

/// The members of a request for paging, each as a path from the request: `query.MaxOrdersToGet`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paging {
    /// The maximum number of rows of a page.
    pub size: &'static str,
    /// The lowest id of a page.
    pub from: &'static str,
}

/// What the contract says about an operation.
#[derive(Debug)]
pub struct OperationInfo {
    /// Name in the contract.
    pub name: &'static str,
    /// Value of the SOAPAction header.
    pub action: &'static str,
    /// Group in the service's documentation; empty if unknown.
    pub group: &'static str,
    /// Whether it changes something.
    pub effect: Effect,
    /// One line of description; empty if there is none.
    pub doc: &'static str,
    /// Address of the vendor's page; empty if there is none.
    pub page: &'static str,
    /// How certain the contract is: `certain`, or a letter of `wsdl/README.md`; empty if unknown.
    pub confidence: &'static str,
    /// Namespace of names without one.
    pub namespace: &'static str,
    /// Name of the request element, `{namespace}name` where it is in another namespace; empty for an empty body.
    pub request: &'static str,
    /// Name of the response element, as [`request`](Self::request).
    pub response: &'static str,
    /// The request's members, including those of the sender.
    pub members: &'static [MemberInfo],
    /// The member that is the payload, if it is the only one and a structure: the JSON form of the request is then the
    /// payload's.
    pub payload: Option<&'static str>,
    /// The elements that lead from the response element to a row, if the answer can be read row by row
    /// ([`RowOperation`]); otherwise empty.
    pub rows: &'static [&'static str],
    /// The response's members.
    pub results: &'static [MemberInfo],
    /// How the operation is called by name at run time; used by `dynamic` only.
    #[cfg(feature = "serde")]
    #[doc(hidden)]
    pub by_name: &'static (dyn std::any::Any + Send + Sync),
}

/// What the contract says about a type.
#[derive(Debug)]
pub struct TypeInfo {
    /// Name in the contract.
    pub name: &'static str,
    /// One line of description; empty if there is none.
    pub doc: &'static str,
    /// As [`OperationInfo::confidence`].
    pub confidence: &'static str,
    /// Whether the contract is known not to list all members.
    pub open: bool,
    /// Name of the type that this one extends; empty for none.
    pub base: &'static str,
    /// Members of a structure, inherited ones first.
    pub members: &'static [MemberInfo],
    /// Values of an enumeration, each with its meaning.
    pub values: &'static [(&'static str, &'static str)],
}

/// What the contract says about a member.
#[derive(Debug)]
pub struct MemberInfo {
    /// Name in the contract.
    pub name: &'static str,
    /// Name of the member's type: a [`TypeInfo`] or a built-in of XML Schema (`string`, `int` ...).
    pub ty: &'static str,
    /// Whether the contract declares a type with this name although it is also the name of a built-in.
    pub declared: bool,
    /// Element name of the items if the type is a list in a wrapper, otherwise empty. `ty` is then the type of the
    /// items.
    pub item: &'static str,
    /// 0 if the contract allows the member to be absent.
    pub min: u32,
    /// Whether the member (or the item) repeats.
    pub repeats: bool,
    /// Whether the member may be nil.
    pub nillable: bool,
    /// Whether the service refuses a request without it.
    pub required: bool,
    /// Whether it is an XML attribute.
    pub attribute: bool,
    /// Whether the client fills it in from the credentials.
    pub sender: bool,
    /// Maximum length of the text in characters, as [`text::length`](crate::text::length) counts them; 0 if no limit is
    /// known.
    pub length: u32,
    /// One line of description; empty if there is none.
    pub doc: &'static str,
    /// As [`OperationInfo::confidence`].
    pub confidence: &'static str,
}

impl TypeInfo {
    /// Returns the member with this name.
    pub fn member(&self, name: &str) -> Option<&'static MemberInfo> {
        self.members.iter().find(|member| member.name == name)
    }

    /// Returns whether it is an enumeration; otherwise it is a structure.
    pub fn is_enumeration(&self) -> bool {
        !self.values.is_empty()
    }

    /// Returns the values of an enumeration, without their meanings.
    pub fn value_names(&self) -> Vec<&'static str> {
        self.values.iter().map(|(value, _)| *value).collect()
    }
}

impl OperationInfo {
    /// Returns namespace and local name of the request element.
    pub fn request_name(&self) -> (&'static str, &'static str) {
        self.full_name(self.request)
    }

    /// Returns namespace and local name of the response element.
    pub fn response_name(&self) -> (&'static str, &'static str) {
        self.full_name(self.response)
    }

    fn full_name(&self, name: &'static str) -> (&'static str, &'static str) {
        let (namespace, local) = xml::split_name(name);
        (namespace.unwrap_or(self.namespace), local)
    }

    /// Returns the members that a caller gives, without those that the client fills in.
    pub fn own_members(&self) -> impl Iterator<Item = &'static MemberInfo> {
        self.members.iter().filter(|member| !member.sender)
    }
}

impl MemberInfo {
    /// Returns the built-in type of its value; `None` for types that the contract declares, and for texts with several
    /// values.
    pub fn builtin(&self) -> Option<Builtin> {
        if self.declared { None } else { Builtin::from_name(self.ty) }
    }

    /// Returns whether the JSON form shows it as a list.
    pub const fn is_list(&self) -> bool {
        self.repeats || !self.item.is_empty()
    }
}

/// A plain required element; the methods change the rest.
#[doc(hidden)]
pub const fn member(name: &'static str, ty: &'static str) -> MemberInfo {
    MemberInfo {
        name,
        ty,
        declared: false,
        item: "",
        min: 1,
        repeats: false,
        nillable: false,
        required: false,
        attribute: false,
        sender: false,
        length: 0,
        doc: "",
        confidence: "",
    }
}

#[doc(hidden)]
impl MemberInfo {
    pub const fn declared(mut self) -> Self {
        self.declared = true;
        self
    }

    pub const fn items(mut self, item: &'static str) -> Self {
        self.item = item;
        self
    }

    pub const fn optional(mut self) -> Self {
        self.min = 0;
        self
    }

    pub const fn repeats(mut self) -> Self {
        self.repeats = true;
        self
    }

    pub const fn nillable(mut self) -> Self {
        self.nillable = true;
        self
    }

    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    pub const fn attribute(mut self) -> Self {
        self.attribute = true;
        self
    }

    pub const fn sender(mut self) -> Self {
        self.sender = true;
        self
    }

    pub const fn length(mut self, length: u32) -> Self {
        self.length = length;
        self
    }

    pub const fn doc(mut self, doc: &'static str) -> Self {
        self.doc = doc;
        self
    }

    pub const fn confidence(mut self, confidence: &'static str) -> Self {
        self.confidence = confidence;
        self
    }
}
