//! The warehouse on which requests and work are carried out.

use super::db::store::Store;
use crate::credentials::Secret;
use crate::sandbox::db::desk::Desk;

/// The state, and the allowed callers.
#[derive(Debug)]
pub(crate) struct Warehouse {
    pub store: Store,
    pub user: String,
    pub password: Secret,
    /// Whether requests with unknown members are refused.
    pub strict: bool,
}

impl Warehouse {
    /// Works in a transaction, without checking the caller.
    pub fn transaction<T, E: From<rusqlite::Error>>(
        &self,
        work: impl FnOnce(&Desk<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.store.write(work)
    }
}
