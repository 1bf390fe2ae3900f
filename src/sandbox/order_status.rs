//! The statuses of orders, by their numbers.

use super::contract::{GetOrderStatuses, GetOrderStatusesResult, OrderStatus};
use super::desk::Desk;
use super::refused::Refused;

/// May be picked.
pub(super) const RELEASED: i32 = 300;
/// Goods are set aside.
pub(super) const ALLOCATED: i32 = 320;
/// All goods are picked.
pub(super) const PICKED: i32 = 400;
/// Handed to the transporter.
pub(super) const SENT: i32 = 450;
/// Left the warehouse.
pub(super) const COLLECTED: i32 = 500;
/// All of it came back.
pub(super) const RETURNED: i32 = 800;
/// Will never be picked.
pub(super) const CANCELLED: i32 = 1000;

const STATUSES: &[(i32, &str)] = &[
    (150, "Error"),
    (200, "Open"),
    (RELEASED, "Released"),
    (ALLOCATED, "Allocated"),
    (PICKED, "Picked"),
    (SENT, "Sent"),
    (COLLECTED, "Collected"),
    (RETURNED, "Returned"),
    (CANCELLED, "Cancelled"),
];

pub(super) fn all(_: &Desk<'_>, _: GetOrderStatuses) -> Result<GetOrderStatusesResult, Refused> {
    let of = |(number, name): &(i32, &str)| OrderStatus {
        order_status_id: *number,
        order_status_name: Some((*name).to_owned()),
    };
    Ok(GetOrderStatusesResult { order_statuses: Some(STATUSES.iter().map(of).collect()) })
}

/// Name of a status; empty where there is none of this number.
pub(super) fn name(status: i32) -> &'static str {
    STATUSES.iter().find(|(number, _)| *number == status).map(|(_, name)| *name).unwrap_or_default()
}

/// Refuses a number that is no status.
pub(super) fn check(status: i32) -> Result<(), Refused> {
    match name(status) {
        "" => Err(Refused::rule(format!("There is no order status {status}"))),
        _ => Ok(()),
    }
}
