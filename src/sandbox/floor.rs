//! What the warehouse's people do besides receiving, picking and shipping.

use super::work::WorkError;
use super::{Sandbox, count, goods_operation, movement, tag};
use rust_decimal::Decimal;

/// Work on goods in the warehouse.
impl Sandbox {
    /// Reads tags on goods that came on a line of an InOrder.
    ///
    /// # Errors
    /// There is no such InOrder or line.
    pub fn tag(&self, in_order: &str, line: &str, tags: &[&str]) -> Result<(), WorkError> {
        self.shared.warehouse.transaction(|desk| tag::read(desk, in_order, line, tags))
    }

    /// Counts an article: there are so many of it. The difference has this cause, and gives the InventoryId.
    ///
    /// # Errors
    /// There is no such article, the number is negative, or fewer than are set aside for orders.
    pub fn count(&self, article: &str, number: Decimal, cause: &str) -> Result<i32, WorkError> {
        self.shared.warehouse.transaction(|desk| count::count(desk, article, number, cause))
    }

    /// Moves goods that are not set aside to another location.
    ///
    /// # Errors
    /// There is no such article, or there are fewer of it elsewhere.
    pub fn move_goods(&self, article: &str, number: Decimal, location: &str) -> Result<(), WorkError> {
        self.shared.warehouse.transaction(|desk| movement::carry(desk, article, number, location))
    }

    /// Carries out a goods operation order: its goods have their new status then.
    ///
    /// # Errors
    /// There is no such order, it has been carried out, or there are not enough goods of the old status.
    pub fn carry_out(&self, goods_operation_order: &str) -> Result<(), WorkError> {
        self.shared.warehouse.transaction(|desk| goods_operation::carry_out(desk, goods_operation_order))
    }
}
