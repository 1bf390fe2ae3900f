//! What the warehouse's people do besides receiving, picking and shipping.

use super::work::WorkError;
use super::{Sandbox, tag};

/// Work on goods in the warehouse.
impl Sandbox {
    /// Reads tags on goods that came on a line of an InOrder.
    ///
    /// # Errors
    /// There is no such InOrder or line.
    pub fn tag(&self, in_order: &str, line: &str, tags: &[&str]) -> Result<(), WorkError> {
        self.shared.warehouse.transaction(|desk| tag::read(desk, in_order, line, tags))
    }
}
