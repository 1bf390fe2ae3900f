//! The sources of a pull: reading operations whose answers are lists.

use super::open_rows;
use crate::api::OPERATIONS;
use crate::dynamic;
use crate::operation::{Effect, MemberInfo, OperationInfo, TypeInfo};

/// Names that cannot be derived from the operation's name.
static NAMES: &[(&str, &str)] = &[
    ("GetFileList", "files"),
    ("GetTransporterContracts", "transporters"),
    ("GetWarehouseTransferOrderByQuery", "warehouse-transfers"),
];

/// The member of a query that requests changes only; of several, the first that the contract has. Members that would
/// leave something out are not listed: a return that was announced but not received has no GoodsReturnedFromDate.
static SINCE: &[(&str, &[&str])] = &[
    ("GetInOrdersByQuery", &["LastReceiveTimeOrLastUpdatedFrom", "LastUpdatedFrom"]),
    ("GetInventoryByQuery", &["StockInfoChangedFrom"]),
    ("GetInventoryChanges", &["FromDate"]),
    ("GetMovementsByQuery", &["MoveTimeFrom"]),
    ("GetOrdersByQuery", &["LastUpdatedFrom"]),
    ("GetWarehouseTransferOrderByQuery", &["LastUpdatedFrom"]),
];

/// For how many hours the service keeps changes, if limited: the vendor's REST interface refuses an older time for the
/// same query with HTTP 400.
static HOURS_OF_CHANGES: &[(&str, i64)] = &[("GetInventoryByQuery", 24)];

/// A source of rows: an operation of the contract whose answer is a list.
#[derive(Debug, Clone)]
pub struct Source {
    name: String,
    operation: &'static OperationInfo,
}

/// The members for paging, as paths from the filter's members.
pub(super) struct SourcePaging {
    pub size: &'static str,
    pub from: &'static str,
}

impl Source {
    /// Returns all sources of this build's contract, by name.
    pub fn all() -> Vec<Source> {
        let mut all: Vec<Source> = Vec::new();
        for operation in OPERATIONS.iter().filter(|operation| is_source(operation)) {
            let mut name = short_name(operation.name);
            if let Some(other) = all.iter_mut().find(|other| other.name == name) {
                // Rows in the contract come first, then the query, which replaces the older operation.
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

    /// Returns the source with this name, or the name of its operation.
    pub fn find(name: &str) -> Option<Source> {
        Source::all().into_iter().find(|source| source.name == name || source.operation.name == name)
    }

    /// Its name, as on the command line: `orders`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the name under which a pull of them with [`Since::LastSync`](super::Since::LastSync) stores its time in
    /// the service.
    pub fn stored_as(&self) -> String {
        format!("pull {}", self.name)
    }

    /// Returns the operation that returns its rows.
    pub fn operation(&self) -> &'static OperationInfo {
        self.operation
    }

    /// Returns the type of a row; `None` if the answer's members are not in the contract. Rows are then recognized by
    /// their structure, and their values are texts.
    pub fn row(&self) -> Option<&'static TypeInfo> {
        dynamic::row_type(self.operation)
    }

    /// Returns the member of the query that requests changes only.
    pub fn since(&self) -> Option<&'static str> {
        let (_, members) = SINCE.iter().find(|(operation, _)| *operation == self.operation.name)?;
        members.iter().copied().find(|name| self.members().iter().any(|member| member.name == *name))
    }

    /// Returns for how many hours the service keeps changes; `None` if there is no limit.
    pub(super) fn hours_of_changes(&self) -> Option<i64> {
        let (_, hours) = HOURS_OF_CHANGES.iter().find(|(operation, _)| *operation == self.operation.name)?;
        Some(*hours)
    }

    /// Returns whether its rows can be requested page by page.
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

    /// Returns the members that a filter can have: those of the query, or of the request if it has no query.
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
