//! Articles, their codes and their parts.

pub(crate) mod article;
pub(crate) mod codes;
pub(crate) mod materials;
