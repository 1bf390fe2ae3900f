//! What requests and work are carried out on.

use super::db::store::Store;
use crate::credentials::Secret;
use crate::sandbox::db::desk::Desk;

/// The state, and who may ask.
#[derive(Debug)]
pub(crate) struct Warehouse {
    pub store: Store,
    pub user: String,
    pub password: Secret,
    /// Whether a request with members that the contract does not have is refused.
    pub strict: bool,
}

impl Warehouse {
    /// Works in a transaction, without asking who asks.
    pub fn transaction<T, E: From<rusqlite::Error>>(
        &self,
        work: impl FnOnce(&Desk<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.store.write(work)
    }
}
