//! One record of an input: a payload, whose it is, and where it stands.

use std::fmt;

use serde_json::{Map, Value};

/// Member of a payload that names the record's goods owner by its code. It is taken out before the payload is used.
pub const GOODS_OWNER: &str = "@goodsOwner";

/// Member of a payload that says why it was refused; what is pushed again after repair may still have it.
pub const REJECTED: &str = "@rejected";

/// Something to send: the payload of one call.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Where it stands in the input.
    pub place: Place,
    /// Code of the goods owner; `None` for the one of the client's credentials.
    pub goods_owner: Option<String>,
    /// The payload in JSON form, with the names of the WSDL.
    pub payload: Map<String, Value>,
}

/// Where something stands in an input: `orders.csv:12`, `orders/1001.xml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Name of the file as the caller gave it.
    pub file: String,
    /// Line, counted from 1; `None` where the file is one record.
    pub line: Option<u64>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}", self.file),
            None => f.write_str(&self.file),
        }
    }
}
