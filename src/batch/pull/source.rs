//! What can be pulled: the reading operations whose answers are lists.

use super::open_rows;
use crate::api::OPERATIONS;
use crate::dynamic;
use crate::operation::{Effect, MemberInfo, OperationInfo, TypeInfo};

/// Names that do not follow from the operation's.
static NAMES: &[(&str, &str)] = &[
    ("GetFileList", "files"),
    ("GetTransporterContracts", "transporters"),
    ("GetWarehouseTransferOrderByQuery", "warehouse-transfers"),
];

/// The member of a query by which only what changed is asked for. Of several the first that the contract has counts.
/// Members by which something would be left out are not here: a return that was announced but has not come has no
/// GoodsReturnedFromDate.
static SINCE: &[(&str, &[&str])] = &[
    ("GetInOrdersByQuery", &["LastReceiveTimeOrLastUpdatedFrom", "LastUpdatedFrom"]),
    ("GetInventoryByQuery", &["StockInfoChangedFrom"]),
    ("GetInventoryChanges", &["FromDate"]),
    ("GetMovementsByQuery", &["MoveTimeFrom"]),
    ("GetOrdersByQuery", &["LastUpdatedFrom"]),
    ("GetWarehouseTransferOrderByQuery", &["LastUpdatedFrom"]),
];

/// For how many hours back the service tells what changed, where that is limited: the vendor's REST interface refuses an
/// older time for the same question with HTTP 400.
static HOURS_OF_CHANGES: &[(&str, i64)] = &[("GetInventoryByQuery", 24)];

/// Rows that can be pulled, of one operation of the contract.
#[derive(Debug, Clone)]
pub struct Source {
    name: String,
    operation: &'static OperationInfo,
}

/// The members by which pages are asked for, as ways from the members that a filter has.
pub(super) struct SourcePaging {
    pub size: &'static str,
    pub from: &'static str,
}

impl Source {
    /// All sources of the contract that this program is built with, by name.
    pub fn all() -> Vec<Source> {
        let mut all: Vec<Source> = Vec::new();
        for operation in OPERATIONS.iter().filter(|operation| is_source(operation)) {
            let mut name = short_name(operation.name);
            if let Some(other) = all.iter_mut().find(|other| other.name == name) {
                // Rows that the contract knows come first, then the query, which can do what the older operation can.
                let rank = |info: &OperationInfo| (!info.rows.is_empty(), info.name.ends_with("ByQuery"));
                match rank(operation) > rank(other.operation) {
                    true => other.name = other.operation.name.to_owned(),
                    false => name = operation.name.to_owned(),
                }
            }
            all.push(Source { name, operation });
        }
        all.sort_by_key(|source| source.name.to_lowercase());
        all
    }

    /// The source of this name; the name of its operation will do.
    pub fn find(name: &str) -> Option<Source> {
        Source::all().into_iter().find(|source| source.name == name || source.operation.name == name)
    }

    /// Its name, as on the command line: `orders`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name under which a pull of them with [`Since::LastSync`](super::Since::LastSync) stores its time in the service.
    pub fn stored_as(&self) -> String {
        format!("pull {}", self.name)
    }

    /// The operation that gives its rows.
    pub fn operation(&self) -> &'static OperationInfo {
        self.operation
    }

    /// The type of a row; `None` where the contract does not know the members of the answer. Rows are told by their
    /// form then, and their values are texts.
    pub fn row(&self) -> Option<&'static TypeInfo> {
        dynamic::row_type(self.operation)
    }

    /// The member of the query by which only what changed is asked for.
    pub fn since(&self) -> Option<&'static str> {
        let (_, members) = SINCE.iter().find(|(operation, _)| *operation == self.operation.name)?;
        members.iter().copied().find(|name| self.members().iter().any(|member| member.name == *name))
    }

    /// For how many hours back the service tells what changed; `None` where that has no limit.
    pub(super) fn hours_of_changes(&self) -> Option<i64> {
        let (_, hours) = HOURS_OF_CHANGES.iter().find(|(operation, _)| *operation == self.operation.name)?;
        Some(*hours)
    }

    /// Whether its rows can be asked for page by page.
    pub fn is_paged(&self) -> bool {
        self.paging().is_some()
    }

    pub(super) fn paging(&self) -> Option<SourcePaging> {
        let paging = dynamic::paging(self.operation)?;
        let inside = |way: &'static str| match (self.operation.payload, way.split_once('.')) {
            (Some(payload), Some((first, rest))) if first == payload => rest,
            _ => way,
        };
        Some(SourcePaging { size: inside(paging.size), from: inside(paging.from) })
    }

    /// The members that a filter can have: those of the query, or else the request's.
    pub fn members(&self) -> Vec<&'static MemberInfo> {
        match dynamic::payload(self.operation) {
            Some(ty) => ty.members.iter().collect(),
            None => self.operation.own_members().collect(),
        }
    }
}

fn is_source(operation: &OperationInfo) -> bool {
    operation.effect == Effect::Read && (!operation.rows.is_empty() || open_rows::is_open(operation))
}

/// `GetInOrdersByQuery` is `in-orders`.
fn short_name(operation: &str) -> String {
    if let Some((_, name)) = NAMES.iter().find(|(known, _)| *known == operation) {
        return (*name).to_owned();
    }
    let name = operation.strip_prefix("Get").unwrap_or(operation);
    let name = name.strip_suffix("ByQuery").unwrap_or(name);
    let mut short = String::new();
    for (at, char) in name.char_indices() {
        if at > 0 && char.is_ascii_uppercase() {
            short.push('-');
        }
        short.push(char.to_ascii_lowercase());
    }
    short
}

#[cfg(all(test, own_contract))]
mod tests {
    use super::*;

    #[test]
    fn every_operation_with_rows_is_a_source() {
        let all = Source::all();
        let rows = OPERATIONS
            .iter()
            .filter(|operation| operation.effect == Effect::Read && !operation.rows.is_empty());
        assert_eq!(all.iter().filter(|source| source.row().is_some()).count(), rows.count());
        for source in &all {
            let same = all.iter().filter(|other| other.name == source.name).count();
            assert_eq!(same, 1, "{}", source.name);
        }
        for (operation, _) in
            NAMES.iter().map(|(name, _)| (*name, ())).chain(SINCE.iter().map(|(n, _)| (*n, ())))
        {
            assert!(dynamic::find(operation).is_some(), "{operation}");
        }
    }

    #[test]
    fn names_are_short() {
        for (name, operation) in [
            ("orders", "GetOrdersByQuery"),
            ("in-orders", "GetInOrdersByQuery"),
            ("inventory", "GetInventoryByQuery"),
            ("GetInventory", "GetInventory"),
            ("inventory-per-warehouse", "GetInventoryPerWarehouse"),
            ("files", "GetFileList"),
            ("GetOrdersByQuery", "GetOrdersByQuery"),
        ] {
            assert_eq!(Source::find(name).map(|source| source.operation.name), Some(operation), "{name}");
        }
        assert!(Source::find("ProcessOrder").is_none());
    }

    #[test]
    fn what_changed_can_be_asked_for() {
        let since = |name| Source::find(name).and_then(|source| source.since());
        assert_eq!(since("orders"), Some("LastUpdatedFrom"));
        assert_eq!(since("in-orders"), Some("LastReceiveTimeOrLastUpdatedFrom"));
        assert_eq!(since("shipments"), None);
        let paging = Source::find("orders").and_then(|source| source.paging());
        assert_eq!(paging.map(|paging| (paging.size, paging.from)), Some(("MaxOrdersToGet", "OrderIdFrom")));
    }
}
