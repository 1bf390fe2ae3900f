//! The kinds of records that can be pushed: for each the operation, and what the WSDL does not say about it.

use std::collections::HashMap;
use std::sync::LazyLock;

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
use defaults::{MemberDefault, ResolvedDefaults};
use identity::Identity;
use lookup::Lookup;

/// A kind of record.
#[derive(Debug)]
pub struct Kind {
    /// Name, as on the command line: `orders`.
    pub name: &'static str,
    /// The operation that accepts it.
    pub operation: &'static str,
    /// Member of the payload that is the list of lines; empty if it has none.
    pub lines: &'static str,
    /// Defaults for what a payload leaves out; see [`apply_defaults`](Self::apply_defaults).
    pub defaults: &'static [MemberDefault],
    /// How a record is identified.
    pub identity: &'static Identity,
    /// How the warehouse is queried for it; `None` if there is no query, or its answer is not known.
    pub lookup: Option<&'static Lookup>,
    /// How a record is cancelled; `None` if that is impossible or not known.
    pub cancel: Option<&'static Cancel>,
    /// Members that most exports have as columns, the record's number first; used by
    /// [`ColumnMap::example`](crate::batch::ColumnMap::example).
    pub(in crate::batch) example: &'static [&'static str],
}

impl Kind {
    /// Returns the kind with this name.
    pub fn find(name: &str) -> Option<&'static Kind> {
        KINDS.iter().find(|kind| kind.name == name)
    }

    /// Returns the kind whose records this operation accepts.
    pub fn of<O: Operation>() -> Option<&'static Kind> {
        KINDS.iter().find(|kind| kind.operation == O::INFO.name)
    }

    /// Returns the operation; `None` if the contract of this build does not have it.
    pub fn operation(&self) -> Option<&'static OperationInfo> {
        dynamic::find(self.operation)
    }

    /// Returns the type of a record's payload; `None` as for [`operation`](Self::operation).
    pub fn payload(&self) -> Option<&'static TypeInfo> {
        self.operation().and_then(dynamic::payload)
    }

    /// Fills in what the payload leaves out ([`defaults`](Self::defaults)). Missing objects and lists are not created;
    /// members and values that are not in the contract of this build are left alone.
    pub fn apply_defaults(&self, payload: &mut Map<String, Value>) {
        self.fill(payload);
    }

    /// As [`apply_defaults`](Self::apply_defaults), for any tree.
    pub(in crate::batch) fn fill(&self, payload: &mut impl defaults::Fill) {
        static PLANS: LazyLock<HashMap<&str, ResolvedDefaults>> = LazyLock::new(|| {
            let plan = |kind: &Kind| Some((kind.name, ResolvedDefaults::new(kind.defaults, kind.payload()?)));
            KINDS.iter().filter_map(plan).collect()
        });
        if let Some(plan) = PLANS.get(self.name) {
            plan.apply(payload);
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
