//! What can be pushed: for each kind of record the operation that takes it, and what the WSDL does not say of it.

use serde_json::{Map, Value};

use crate::dynamic;
use crate::operation::{Operation, OperationInfo, TypeInfo};

mod articles;
pub mod cancel;
mod choices;
mod customers;
pub mod defaults;
pub mod finding;
mod goods_operation_orders;
pub mod identity;
mod in_orders;
mod likeness;
pub mod lookup;
mod orders;
mod production_orders;
mod return_orders;
mod shipments;

use cancel::Cancel;
use defaults::Default;
use identity::Identity;
use lookup::Lookup;

/// A kind of record.
#[derive(Debug)]
pub struct Kind {
    /// Name, as on the command line: `orders`.
    pub name: &'static str,
    /// The operation that takes it.
    pub operation: &'static str,
    /// Member of the payload that is the list of lines; empty where there are none.
    pub lines: &'static str,
    /// What a payload has where it says nothing; see [`apply_defaults`](Self::apply_defaults).
    pub defaults: &'static [Default],
    /// How a record says which one it is.
    pub identity: &'static Identity,
    /// How the warehouse is asked what it holds; `None` where it cannot be asked, or its answer is not known.
    pub lookup: Option<&'static Lookup>,
    /// How a record is cancelled; `None` where it cannot be, or how is not known.
    pub cancel: Option<&'static Cancel>,
    /// Members that most exports have a column for, the record's number first: for
    /// [`ColumnMap::example`](crate::batch::ColumnMap::example).
    pub(in crate::batch) example: &'static [&'static str],
}

impl Kind {
    /// The kind of this name.
    pub fn find(name: &str) -> Option<&'static Kind> {
        KINDS.iter().find(|kind| kind.name == name)
    }

    /// Returns the kind whose records this operation takes.
    pub fn of<O: Operation>() -> Option<&'static Kind> {
        KINDS.iter().find(|kind| kind.operation == O::INFO.name)
    }

    /// The operation; `None` where the contract that this program is built with has none of the name.
    pub fn operation(&self) -> Option<&'static OperationInfo> {
        dynamic::find(self.operation)
    }

    /// Returns the type of a record's payload; `None` as for [`operation`](Self::operation).
    pub fn payload(&self) -> Option<&'static TypeInfo> {
        self.operation().and_then(dynamic::payload)
    }

    /// Fills in what the payload leaves out ([`defaults`](Self::defaults)). Objects and lists that are not there are not
    /// made; members and values that the contract of this program does not have are left alone.
    pub fn apply_defaults(&self, payload: &mut Map<String, Value>) {
        if let Some(ty) = self.payload() {
            defaults::apply(self.defaults, ty, payload);
        }
    }
}

/// All kinds.
pub static KINDS: &[Kind] = &[
    articles::KIND,
    orders::KIND,
    in_orders::KIND,
    return_orders::KIND,
    production_orders::KIND,
    customers::KIND,
    shipments::KIND,
    goods_operation_orders::KIND,
];
