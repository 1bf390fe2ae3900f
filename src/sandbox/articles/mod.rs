//! Articles, their codes and what they are made of.

pub(crate) mod article;
pub(crate) mod codes;
pub(crate) mod materials;
