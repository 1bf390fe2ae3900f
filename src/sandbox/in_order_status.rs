//! The statuses of announced goods, by their numbers.

use super::contract::{GetInOrderStatuses, GetInOrderStatusesResult, InOrderStatus};
use super::desk::Desk;
use super::refused::Refused;

/// Announced.
pub(super) const NOTIFIED: i32 = 100;
/// Being received.
pub(super) const INBOUND: i32 = 300;
/// All received.
pub(super) const RECEIVED: i32 = 500;
/// Will never come.
pub(super) const CANCELLED: i32 = 900;

const STATUSES: &[(i32, &str)] = &[
    (NOTIFIED, "Notified"),
    (200, "Arrival space"),
    (INBOUND, "Inbound"),
    (400, "Deflection"),
    (RECEIVED, "Received"),
    (CANCELLED, "Cancelled"),
];

pub(super) fn all(_: &Desk<'_>, _: GetInOrderStatuses) -> Result<GetInOrderStatusesResult, Refused> {
    let of = |(number, name): &(i32, &str)| InOrderStatus {
        in_order_status_id: *number,
        in_order_status_name: Some((*name).to_owned()),
    };
    Ok(GetInOrderStatusesResult { in_order_statuses: Some(STATUSES.iter().map(of).collect()) })
}

/// Name of a status; empty where there is none of this number.
pub(super) fn name(status: i32) -> &'static str {
    STATUSES.iter().find(|(number, _)| *number == status).map(|(_, name)| *name).unwrap_or_default()
}

/// Refuses a number that is no status.
pub(super) fn check(status: i32) -> Result<(), Refused> {
    match name(status) {
        "" => Err(Refused::rule(format!("There is no InOrder status {status}"))),
        _ => Ok(()),
    }
}
