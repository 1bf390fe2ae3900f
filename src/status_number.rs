//! Status numbers. Use these and not the texts: a warehouse can rename a status, and texts are in its language.
//!
//! A warehouse can add numbers of its own: `GetOrderStatuses` and `GetInOrderStatuses` list what it has.

/// Orders. A completed order has [`SENT`](order::SENT) or [`COLLECTED`](order::COLLECTED).
pub mod order {
    /// The order has an error.
    pub const ERROR: i32 = 150;
    /// The goods owner is still working on the order.
    pub const OPEN: i32 = 200;
    /// The order may be picked.
    pub const RELEASED: i32 = 300;
    /// Goods are allocated to the order.
    pub const ALLOCATED: i32 = 320;
    /// All goods are picked.
    pub const PICKED: i32 = 400;
    /// The order was handed to the transporter.
    pub const SENT: i32 = 450;
    /// The order has left the warehouse.
    pub const COLLECTED: i32 = 500;
    /// All goods were returned.
    pub const RETURNED: i32 = 800;
    /// The order is cancelled.
    pub const CANCELLED: i32 = 1000;
}

/// In-orders.
pub mod in_order {
    /// The goods are announced.
    pub const NOTIFIED: i32 = 100;
    /// The goods wait for a place to be received at.
    pub const ARRIVAL_SPACE: i32 = 200;
    /// The goods are being received.
    pub const INBOUND: i32 = 300;
    /// The received goods differ from the announced ones.
    pub const DEFLECTION: i32 = 400;
    /// All goods were received.
    pub const RECEIVED: i32 = 500;
    /// The in-order is cancelled.
    pub const CANCELLED: i32 = 900;
}

/// Goods operation orders. Only the number for carried-out orders is known; the other is the sandbox's own.
pub mod goods_operation_order {
    /// The order is waiting to be carried out (the sandbox's own number).
    pub const NOTIFIED: i32 = 300;
    /// The order was carried out.
    pub const EXECUTED: i32 = 500;
}

/// Production orders. The service's numbers are not known; these are the sandbox's own.
pub mod production_order {
    /// Production may begin.
    pub const RELEASED: i32 = 300;
    /// A part was produced.
    pub const BEGUN: i32 = 400;
    /// Everything was produced.
    pub const FINISHED: i32 = 500;
    /// The order is cancelled.
    pub const CANCELLED: i32 = 1000;
}

/// Return orders. The service's numbers are not known; these are the sandbox's own.
pub mod return_order {
    /// The return is announced; nothing was received.
    pub const NOTIFIED: i32 = 100;
    /// A part was received.
    pub const INBOUND: i32 = 300;
    /// All goods were received.
    pub const RECEIVED: i32 = 500;
}

/// Shipments. The service's numbers are not known; these are the sandbox's own.
pub mod shipment {
    /// The shipment is being planned.
    pub const OPEN: i32 = 300;
    /// The shipment is on its way.
    pub const SHIPPED: i32 = 500;
    /// The shipment is cancelled.
    pub const CANCELLED: i32 = 1000;
}

/// Transfers between warehouses. The service's numbers are not known; these are the sandbox's own.
pub mod transfer {
    /// The transfer is planned.
    pub const PLANNED: i32 = 300;
    /// The goods have arrived.
    pub const DELIVERED: i32 = 500;
}
