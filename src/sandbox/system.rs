//! The system's time and state.

use std::sync::LazyLock;

use chrono::NaiveDateTime;

use super::contract::{GetSystemInfo, GetSystemStatus, SystemInfo, SystemStatus};
use super::refused::Refused;
use crate::sandbox::db;
use crate::sandbox::db::desk::Desk;

pub(crate) fn system_info(desk: &Desk<'_>, _: GetSystemInfo) -> Result<SystemInfo, Refused> {
    Ok(SystemInfo { system_time: desk.now.into() })
}

pub(crate) fn system_status(_: &Desk<'_>, _: GetSystemStatus) -> Result<SystemStatus, Refused> {
    /// The sandbox has no meaningful build time: it returns the time of the first query.
    static SINCE: LazyLock<NaiveDateTime> = LazyLock::new(db::sql_value::now);
    Ok(SystemStatus {
        system_status_text: Some("Sandbox warehouse".to_owned()),
        is_running: true,
        build_time: (*SINCE).into(),
    })
}
