//! Macros with which generated code defines enumerations and tables.

use std::str::FromStr;

use super::value::{Family, Json, Text, ValueError};

/// Text of an enumeration that the contract does not list. Opaque, so that code keeps working if the contract lists the
/// text one day; read it with the enumeration's `as_str`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Unlisted(Box<str>);

impl Unlisted {
    #[doc(hidden)]
    pub fn new(text: &str) -> Self {
        Unlisted(text.into())
    }

    #[doc(hidden)]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An enumeration of the contract.
///
/// The service may send a text that the contract does not list: it is kept, and [`is_unknown`](Enumeration::is_unknown)
/// is then true.
///
/// ```
/// use ongoing_wms::api::ArticleOperation;
/// use ongoing_wms::xml::{Enumeration, Text};
///
/// let read = ArticleOperation::parse("Archive").unwrap();
/// match read {
///     ArticleOperation::CreateOrUpdate => println!("saved"),
///     other if other.is_unknown() => println!("{} is newer than this program", other.as_str()),
///     other => println!("{other}"),
/// }
/// ```
pub trait Enumeration: Text + Clone + PartialEq + 'static {
    /// Every value that the contract lists.
    const VALUES: &'static [Self];

    /// Returns whether the contract does not list the value: it was read from an answer of a newer service, or is not set.
    fn is_unknown(&self) -> bool {
        !self.is_known()
    }
}

/// An enumeration of the contract.
#[doc(hidden)]
#[macro_export]
macro_rules! enumeration {
    ($name:ident, $expected:literal, $($variant:ident = $text:literal,)*) => {
        impl $name {
            /// Every value that the contract lists.
            pub const ALL: &'static [$name] = &[$($name::$variant,)*];

            /// The text in the contract, or the text that was read.
            pub fn as_str(&self) -> &str {
                match self {
                    $($name::$variant => $text,)*
                    $name::Unlisted(text) => text.as_str(),
                }
            }

            /// Returns whether the contract does not list the value: it was read from an answer of a newer service, or
            /// is not set. [`as_str`](Self::as_str) has its text.
            pub fn is_unknown(&self) -> bool {
                ::std::matches!(self, $name::Unlisted(_))
            }
        }

        impl $crate::xml::Enumeration for $name {
            const VALUES: &'static [Self] = $name::ALL;
        }

        impl $crate::xml::Text for $name {
            const EXPECTED: &'static str = $expected;
            const FAMILY: $crate::xml::Family = $crate::xml::Family::Enumeration;
            const JSON: $crate::xml::Json = $crate::xml::Json::String;

            fn parse(text: &str) -> ::std::result::Result<Self, $crate::xml::ValueError> {
                $crate::xml::table::parse(text, &[$($text),*], $name::ALL, $name::Unlisted)
            }

            fn format(&self, out: &mut ::std::string::String) {
                out.push_str(self.as_str());
            }

            fn blank() -> Self {
                $name::Unlisted($crate::xml::Unlisted::new(""))
            }

            fn as_text(&self) -> ::std::option::Option<&str> {
                ::std::option::Option::Some(self.as_str())
            }

            fn is_known(&self) -> bool {
                !::std::matches!(self, $name::Unlisted(_))
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::xml::ValueError;

            /// Reads a value that the contract lists.
            fn from_str(text: &str) -> ::std::result::Result<Self, $crate::xml::ValueError> {
                $crate::xml::table::parse_listed(text)
            }
        }
    };
}

/// The value of an enumeration for `text`.
#[doc(hidden)]
#[inline]
pub fn parse<E: Text + Clone + 'static>(
    text: &str,
    texts: &'static [&'static str],
    values: &'static [E],
    unlisted: fn(Unlisted) -> E,
) -> Result<E, ValueError> {
    let found = match listed(text, texts) {
        Some(index) => values.get(index).cloned(),
        None => not_listed(text).map(unlisted),
    };
    found.ok_or_else(|| ValueError::not::<E>(text))
}

// Code that does not depend on the enumeration is in functions of its own, so that it is compiled once.

fn listed(text: &str, texts: &[&str]) -> Option<usize> {
    let find = |text: &str| texts.iter().position(|listed| *listed == text);
    // A listed text may begin or end with a space.
    find(text).or_else(|| find(text.trim_ascii()))
}

/// The text as an unlisted value; `None` if there is none.
fn not_listed(text: &str) -> Option<Unlisted> {
    Some(text.trim_ascii()).filter(|text| !text.is_empty()).map(Unlisted::new)
}

/// Reads a value that the contract lists.
#[doc(hidden)]
pub fn parse_listed<E: Text>(text: &str) -> Result<E, ValueError> {
    match E::parse(text)? {
        known if known.is_known() => Ok(known),
        _ => Err(ValueError::not::<E>(text)),
    }
}

/// Values in one text, separated by white space (`xs:list`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct List<T>(pub Vec<T>);

impl<T: Text> Text for List<T> {
    const FAMILY: Family = T::FAMILY;
    const EXPECTED: &'static str = "a list of values separated by spaces";
    const JSON: Json = Json::String;
    const ESCAPED: bool = true;

    fn parse(text: &str) -> Result<Self, ValueError> {
        text.split_ascii_whitespace().map(T::parse).collect::<Result<_, _>>().map(List)
    }

    fn format(&self, out: &mut String) {
        for (index, value) in self.0.iter().enumerate() {
            if index > 0 {
                out.push(' ');
            }
            value.format(out);
        }
    }

    fn blank() -> Self {
        List(Vec::new())
    }

    fn is_known(&self) -> bool {
        self.0.iter().all(Text::is_known)
    }
}

impl<T: Text> FromStr for List<T> {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        Text::parse(text)
    }
}
