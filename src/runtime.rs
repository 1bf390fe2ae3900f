//! Everything that generated code refers to, under one path; not for direct use.

pub use crate::credentials::Secret;
#[cfg(feature = "serde")]
pub use crate::dynamic;
pub use crate::operation::{
    AnswersWithHeader, Effect, HeaderBlocks, MemberInfo, Operation, OperationInfo, PagedOperation, Paging,
    RowOperation, TypeInfo, member,
};
pub use crate::verdict::Verdict;
pub use crate::xml::{
    At, Bytes, DateTime, Element, Json, List, MemberNames, Members, Nillable, Reader, Result, Text, Unlisted,
    ValueError, Writer, Xml,
};
pub use crate::{enumeration, operation_info, serde_form};
pub use rust_decimal::Decimal;
#[cfg(feature = "serde")]
pub use serde;

/// Defines an operation's table entry; adds the entry for calls by name if the feature is on.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! operation_info {
    ($ty:ty, by row, $($field:ident: $value:expr,)*) => {
        $crate::runtime::OperationInfo {
            $($field: $value,)*
            by_name: &const { $crate::dynamic::RequestFactory::of::<$ty>().by_row::<$ty>() },
        }
    };
    ($ty:ty, by page, $($field:ident: $value:expr,)*) => {
        $crate::runtime::OperationInfo {
            $($field: $value,)*
            by_name: &const { $crate::dynamic::RequestFactory::of::<$ty>().by_row::<$ty>().by_page::<$ty>() },
        }
    };
    ($ty:ty, $($field:ident: $value:expr,)*) => {
        $crate::runtime::OperationInfo {
            $($field: $value,)*
            by_name: &const { $crate::dynamic::RequestFactory::of::<$ty>() },
        }
    };
}

/// Defines an operation's table entry.
#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! operation_info {
    ($ty:ty, by $how:ident, $($field:ident: $value:expr,)*) => {
        $crate::runtime::OperationInfo { $($field: $value,)* }
    };
    ($ty:ty, $($field:ident: $value:expr,)*) => {
        $crate::runtime::OperationInfo { $($field: $value,)* }
    };
}

/// Implements serde's traits for a generated type, in the JSON form.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! serde_form {
    ($($ty:ty),* $(,)?) => {$(
        impl $crate::runtime::serde::Serialize for $ty {
            fn serialize<S: $crate::runtime::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                $crate::xml::json::serialize(self, serializer)
            }
        }

        impl<'de> $crate::runtime::serde::Deserialize<'de> for $ty {
            fn deserialize<D: $crate::runtime::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                $crate::xml::json::deserialize(deserializer)
            }
        }
    )*};
}

/// Without the feature "serde" a type has no JSON form.
#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! serde_form {
    ($($ty:ty),* $(,)?) => {};
}
