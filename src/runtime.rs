//! All that generated code refers to, under one path; not for use by hand.

pub use crate::credentials::Secret;
#[cfg(feature = "serde")]
pub use crate::dynamic;
pub use crate::operation::{
    AnswersWithHeader, Effect, HeaderBlocks, MemberInfo, Operation, OperationInfo, PagedOperation, Paging,
    RowOperation, TypeInfo, member,
};
pub use crate::verdict::Verdict;
pub use crate::xml::{
    At, Bytes, DateTime, Element, Json, List, Nillable, Reader, Result, Text, Unlisted, ValueError, Writer,
    Xml,
};
pub use crate::{enumeration, operation_info, serde_form};
pub use rust_decimal::Decimal;
#[cfg(feature = "serde")]
pub use serde;
