//! The statuses of in-orders, by number.

use crate::sandbox::contract::{GetInOrderStatuses, GetInOrderStatusesResult, InOrderStatus};
use crate::sandbox::db::desk::Desk;
use crate::sandbox::refused::Refused;
use crate::status_number::in_order::{ARRIVAL_SPACE, DEFLECTION};
pub(crate) use crate::status_number::in_order::{CANCELLED, INBOUND, NOTIFIED, RECEIVED};

const STATUSES: &[(i32, &str)] = &[
    (NOTIFIED, "Notified"),
    (ARRIVAL_SPACE, "Arrival space"),
    (INBOUND, "Inbound"),
    (DEFLECTION, "Deflection"),
    (RECEIVED, "Received"),
    (CANCELLED, "Cancelled"),
];

pub(crate) fn all(_: &Desk<'_>, _: GetInOrderStatuses) -> Result<GetInOrderStatusesResult, Refused> {
    let of = |(number, name): &(i32, &str)| InOrderStatus {
        in_order_status_id: *number,
        in_order_status_name: Some((*name).to_owned()),
    };
    Ok(GetInOrderStatusesResult { in_order_statuses: Some(STATUSES.iter().map(of).collect()) })
}

/// Name of a status; empty if the number is unknown.
pub(crate) fn name(status: i32) -> &'static str {
    STATUSES.iter().find(|(number, _)| *number == status).map(|(_, name)| *name).unwrap_or_default()
}

/// Refuses an unknown status number.
pub(crate) fn check(status: i32) -> Result<(), Refused> {
    match name(status) {
        "" => Err(Refused::rule(format!("In-order status {status} does not exist"))),
        _ => Ok(()),
    }
}
