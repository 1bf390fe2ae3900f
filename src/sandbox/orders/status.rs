//! The statuses of orders, by number.

use crate::sandbox::contract::{GetOrderStatuses, GetOrderStatusesResult, OrderStatus};
use crate::sandbox::db::desk::Desk;
use crate::sandbox::refused::Refused;
pub(crate) use crate::status_number::order::{
    ALLOCATED, CANCELLED, COLLECTED, PICKED, RELEASED, RETURNED, SENT,
};
use crate::status_number::order::{ERROR, OPEN};

const STATUSES: &[(i32, &str)] = &[
    (ERROR, "Error"),
    (OPEN, "Open"),
    (RELEASED, "Released"),
    (ALLOCATED, "Allocated"),
    (PICKED, "Picked"),
    (SENT, "Sent"),
    (COLLECTED, "Collected"),
    (RETURNED, "Returned"),
    (CANCELLED, "Cancelled"),
];

pub(crate) fn all(_: &Desk<'_>, _: GetOrderStatuses) -> Result<GetOrderStatusesResult, Refused> {
    let of = |(number, name): &(i32, &str)| OrderStatus {
        order_status_id: *number,
        order_status_name: Some((*name).to_owned()),
    };
    Ok(GetOrderStatusesResult { order_statuses: Some(STATUSES.iter().map(of).collect()) })
}

/// Name of a status; empty if the number is unknown.
pub(crate) fn name(status: i32) -> &'static str {
    STATUSES.iter().find(|(number, _)| *number == status).map(|(_, name)| *name).unwrap_or_default()
}

/// Refuses an unknown status number.
pub(crate) fn check(status: i32) -> Result<(), Refused> {
    match name(status) {
        "" => Err(Refused::rule(format!("Order status {status} does not exist"))),
        _ => Ok(()),
    }
}
