//! One record of an input: a payload, its goods owner, and its place.

use std::fmt;

use serde_json::{Map, Value};

/// Member of a payload with the code of the record's goods owner. It is removed before the payload is used.
pub const GOODS_OWNER: &str = "@goodsOwner";

/// Member of a payload with the reason of a refusal; a repaired record may still have it when it is pushed again.
pub const REJECTED: &str = "@rejected";

/// Something to send: the payload of one call.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Its place in the input.
    pub place: Place,
    /// Code of the goods owner; `None` for the one of the client's credentials.
    pub goods_owner: Option<String>,
    /// The payload in JSON form, with the names of the WSDL.
    pub payload: Map<String, Value>,
}

/// A place in an input: `orders.csv:12`, `orders/1001.xml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Name of the file as the caller gave it.
    pub file: String,
    /// Line, from 1; `None` if the file is one record.
    pub line: Option<u64>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        match self.line {
            Some(line) => write!(f, ":{line}"),
            None => Ok(()),
        }
    }
}
