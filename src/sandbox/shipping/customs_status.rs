//! The customs statuses of shipments. The service's ids are not known; here they count from 1.

use crate::sandbox::db::condition::Condition;

pub(crate) const NONE: &str = "NoStatus";
pub(crate) const PENDING: &str = "PendingForApproval";
pub(crate) const FETCHED: &str = "FetchedByCustomsSystem";
pub(crate) const APPROVED: &str = "Approved";

/// The id of a status.
pub(crate) fn id(status: &str) -> i32 {
    match status {
        NONE => 1,
        PENDING => 2,
        FETCHED => 3,
        APPROVED => 4,
        _ => 0,
    }
}

/// The same as an SQL expression of the column `customs`.
pub(crate) const ID_IN_SQL: &str = "CASE customs WHEN 'NoStatus' THEN 1 WHEN 'PendingForApproval' THEN 2
    WHEN 'FetchedByCustomsSystem' THEN 3 WHEN 'Approved' THEN 4 ELSE 0 END";

/// Selects the shipments with a status; all of them for `All`.
pub(crate) fn filter(filter: &mut Condition, wanted: Option<&str>) {
    filter.and_if("customs = ?", wanted.filter(|wanted| *wanted != "All").map(str::to_owned));
}
