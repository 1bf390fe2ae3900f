//! What the warehouse's people do besides receiving, picking and shipping.

use super::work::WorkError;
use super::{Sandbox, count, goods_operation, invoice, movement, production_work, tag, transfer};
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

    /// Produces all that is left of a production order. What it takes leaves the stock, what is made comes in.
    ///
    /// # Errors
    /// There is no such order, it is finished, or there are not enough of the parts.
    pub fn produce(&self, production_order: &str) -> Result<(), WorkError> {
        self.shared.warehouse.transaction(|desk| production_work::produce(desk, production_order, None))
    }

    /// Produces so many of these lines, named by their numbers or articles.
    ///
    /// # Errors
    /// As [`produce`](Self::produce); there is no such line.
    pub fn produce_lines(&self, production_order: &str, lines: &[(&str, Decimal)]) -> Result<(), WorkError> {
        self.shared
            .warehouse
            .transaction(|desk| production_work::produce(desk, production_order, Some(lines)))
    }

    /// Invoices the handling of these orders, one row each, with so much for each item that was picked. The invoice's id.
    ///
    /// # Errors
    /// There are no orders, or no such order; they belong to several goods owners; nothing was picked.
    pub fn invoice(&self, orders: &[&str], price_per_item: Decimal) -> Result<i32, WorkError> {
        self.shared.warehouse.transaction(|desk| invoice::make(desk, orders, price_per_item))
    }

    /// Plans to bring goods from the warehouse MAIN to another one, SIDE being the only one that there is.
    ///
    /// # Errors
    /// There are no articles or warehouse of these names.
    pub fn transfer(
        &self,
        number: &str,
        reference: &str,
        to: &str,
        articles: &[(&str, Decimal)],
    ) -> Result<(), WorkError> {
        self.shared.warehouse.transaction(|desk| transfer::plan(desk, number, reference, to, articles))
    }

    /// Brings the goods of a planned transfer to their warehouse.
    ///
    /// # Errors
    /// There is no such transfer, it is done, or there are not enough goods that are not set aside.
    pub fn deliver_transfer(&self, number: &str) -> Result<(), WorkError> {
        self.shared.warehouse.transaction(|desk| transfer::deliver(desk, number))
    }

    /// Carries out a goods operation order: its goods have their new status then.
    ///
    /// # Errors
    /// There is no such order, it has been carried out, or there are not enough goods of the old status.
    pub fn carry_out(&self, goods_operation_order: &str) -> Result<(), WorkError> {
        self.shared.warehouse.transaction(|desk| goods_operation::carry_out(desk, goods_operation_order))
    }
}
