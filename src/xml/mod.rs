//! XML and JSON forms of the generated types: the loops that generated code calls.
//!
//! Generated code says only which members a type has, in slot form; this module contains everything that is the same
//! for each type. It knows neither SOAP nor HTTP.

pub mod any;
pub(crate) mod cut;
mod cut_token;
pub(crate) mod expected;
#[cfg(feature = "batch")]
pub(crate) mod form;
#[cfg(feature = "serde")]
pub mod json;
#[cfg(feature = "serde")]
pub(crate) mod json_ref;
#[cfg(feature = "batch")]
pub(crate) mod json_tree;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod judge;
pub(crate) mod memory;
mod name;
pub mod notice;
pub mod read;
pub(crate) mod read_error;
mod replaced;
mod scan;
mod scope;
mod source;
pub mod table;
pub mod value;
mod watch;
pub mod write;

pub use any::{Element, Node};
pub use notice::{Notice, NoticeKind, Notices};
pub use read::{At, MemberNames, Members, Reader, Received};
pub use read_error::{ReadError, Result};
pub use replaced::Replaced;
pub(crate) use source::top_elements;
pub use table::{Enumeration, List, Unlisted};
pub use value::{Bytes, DateTime, Family, Json, Text, ValueError};
pub(crate) use watch::KeepRule;
pub use write::{WriteError, Writer};

/// A member that may be absent (`None`), nil (`Some(None)`) or present (`Some(Some(value))`), if the contract
/// distinguishes these.
pub type Nillable<T> = Option<Option<T>>;

/// A type of the contract: reads itself from an element's content and writes itself as one.
///
/// Generated code implements it for structures; everything with a text form implements it through [`Text`].
pub trait Xml: Sized {
    /// The initial value for reading; callers who build a request never see it.
    fn blank() -> Self;
    /// Reads the content of the element at which `p` is.
    fn read(&mut self, p: &mut Reader<'_>) -> Result<()>;
    /// Writes attributes and content into the element that `w` has opened.
    fn write(&self, w: &mut Writer<'_>);
}

impl<T: Text> Xml for T {
    fn blank() -> Self {
        <T as Text>::blank()
    }

    fn read(&mut self, p: &mut Reader<'_>) -> Result<()> {
        if T::LISTED {
            return p.listed_value(self);
        }
        *self = p.text_value()?;
        Ok(())
    }

    fn write(&self, w: &mut Writer<'_>) {
        w.text(self);
    }
}

impl Xml for Element {
    fn blank() -> Self {
        Element::default()
    }

    fn read(&mut self, p: &mut Reader<'_>) -> Result<()> {
        *self = p.untyped_element()?;
        Ok(())
    }

    fn write(&self, w: &mut Writer<'_>) {
        w.element_content(self);
    }
}

/// Removes the `@` from an attribute's name, which in the JSON form distinguishes it from an element of the same name.
pub(crate) fn attribute_name(local: &str) -> &str {
    local.strip_prefix('@').unwrap_or(local)
}

/// Splits `{namespace}local`; a plain name is in the main namespace of the document (`None`).
#[inline]
pub(crate) fn split_name(name: &str) -> (Option<&str>, &str) {
    // Nearly all names are plain.
    if name.as_bytes().first() != Some(&b'{') {
        return (None, name);
    }
    match name[1..].split_once('}') {
        Some((namespace, local)) => (Some(namespace), local),
        None => (None, name),
    }
}
