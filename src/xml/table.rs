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
            #[inline(never)]
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

        // Inline, so that programs contain this only for the enumerations that they use.
        impl $crate::xml::Text for $name {
            const EXPECTED: &'static str = $expected;
            const FAMILY: $crate::xml::Family = $crate::xml::Family::Enumeration;
            const JSON: $crate::xml::Json = $crate::xml::Json::String;
            const LISTED: bool = true;

            #[inline]
            fn parse(text: &str) -> ::std::result::Result<Self, $crate::xml::ValueError> {
                match $crate::xml::table::find(text, &[$($text),*], $expected) {
                    ::std::result::Result::Ok($crate::xml::table::FoundValue::Listed(index)) => {
                        ::std::result::Result::Ok($name::ALL[index].clone())
                    }
                    ::std::result::Result::Ok($crate::xml::table::FoundValue::Unlisted(text)) => {
                        ::std::result::Result::Ok($name::Unlisted(text))
                    }
                    ::std::result::Result::Err(error) => ::std::result::Result::Err(error),
                }
            }

            #[inline]
            fn format(&self, out: &mut ::std::string::String) {
                out.push_str(self.as_str());
            }

            #[inline]
            fn blank() -> Self {
                $name::Unlisted($crate::xml::Unlisted::new(""))
            }

            #[inline]
            fn as_text(&self) -> ::std::option::Option<&str> {
                ::std::option::Option::Some(self.as_str())
            }

            #[inline]
            fn is_known(&self) -> bool {
                !::std::matches!(self, $name::Unlisted(_))
            }
        }

        impl ::std::fmt::Display for $name {
            #[inline]
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::xml::ValueError;

            /// Reads a value that the contract lists.
            #[inline]
            fn from_str(text: &str) -> ::std::result::Result<Self, $crate::xml::ValueError> {
                match $crate::xml::table::index(text, &[$($text),*]) {
                    ::std::option::Option::Some(index) => ::std::result::Result::Ok($name::ALL[index].clone()),
                    ::std::option::Option::None => {
                        ::std::result::Result::Err($crate::xml::table::not_listed(text, $expected))
                    }
                }
            }
        }
    };
}

// What does not depend on the enumeration is in functions of its own, so that it is compiled once.

/// The value of an enumeration for a text.
#[doc(hidden)]
pub enum FoundValue {
    /// The one with this index.
    Listed(usize),
    Unlisted(Unlisted),
}

/// Finds the value of an enumeration with these texts.
#[doc(hidden)]
pub fn find(text: &str, texts: &[&str], expected: &'static str) -> Result<FoundValue, ValueError> {
    match (index(text, texts), text.trim_ascii()) {
        (Some(index), _) => Ok(FoundValue::Listed(index)),
        (None, "") => Err(not_listed(text, expected)),
        (None, text) => Ok(FoundValue::Unlisted(Unlisted::new(text))),
    }
}

/// Index of a text, or of the text without the spaces around it.
#[doc(hidden)]
pub fn index(text: &str, texts: &[&str]) -> Option<usize> {
    let find = |text: &str| texts.iter().position(|listed| *listed == text);
    // A listed text may begin or end with a space.
    find(text).or_else(|| find(text.trim_ascii()))
}

/// The error for a text that an enumeration does not list.
#[doc(hidden)]
#[cold]
pub fn not_listed(text: &str, expected: &'static str) -> ValueError {
    ValueError::not_listed(text, expected)
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
