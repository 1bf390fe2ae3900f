//! Status numbers. Use these and not the texts: a warehouse can rename a status, and texts are in its language.
//!
//! A warehouse can add numbers of its own: `GetOrderStatuses` and `GetInOrderStatuses` list what it has.

/// Orders. Done is [`SENT`](order::SENT) or [`COLLECTED`](order::COLLECTED).
pub mod order {
    /// Something is wrong with it.
    pub const ERROR: i32 = 150;
    /// The goods owner still works on it.
    pub const OPEN: i32 = 200;
    /// May be picked.
    pub const RELEASED: i32 = 300;
    /// Goods are allocated.
    pub const ALLOCATED: i32 = 320;
    /// All goods are picked.
    pub const PICKED: i32 = 400;
    /// Handed to the transporter.
    pub const SENT: i32 = 450;
    /// Left the warehouse.
    pub const COLLECTED: i32 = 500;
    /// Completely returned.
    pub const RETURNED: i32 = 800;
    /// Will never be picked.
    pub const CANCELLED: i32 = 1000;
}

/// InOrders: announced goods.
pub mod in_order {
    /// Announced.
    pub const NOTIFIED: i32 = 100;
    /// Waits for its place.
    pub const ARRIVAL_SPACE: i32 = 200;
    /// Being received.
    pub const INBOUND: i32 = 300;
    /// Differs from what was announced.
    pub const DEFLECTION: i32 = 400;
    /// All received.
    pub const RECEIVED: i32 = 500;
    /// Will never come.
    pub const CANCELLED: i32 = 900;
}

/// Goods operation orders. Only the number for carried-out orders is known; the other is the sandbox's own.
pub mod goods_operation_order {
    /// To be carried out (the sandbox's own number).
    pub const NOTIFIED: i32 = 300;
    /// Carried out.
    pub const EXECUTED: i32 = 500;
}

/// Production orders. The service's numbers are not known; these are the sandbox's own.
pub mod production_order {
    /// To be produced.
    pub const RELEASED: i32 = 300;
    /// Some of it is produced.
    pub const BEGUN: i32 = 400;
    /// All of it is produced.
    pub const FINISHED: i32 = 500;
    /// Will not be produced.
    pub const CANCELLED: i32 = 1000;
}

/// Return orders. The service's numbers are not known; these are the sandbox's own.
pub mod return_order {
    /// Announced; nothing was received.
    pub const NOTIFIED: i32 = 100;
    /// Partly received.
    pub const INBOUND: i32 = 300;
    /// Completely received.
    pub const RECEIVED: i32 = 500;
}

/// Shipments. The service's numbers are not known; these are the sandbox's own.
pub mod shipment {
    /// Being planned.
    pub const OPEN: i32 = 300;
    /// On its way.
    pub const SHIPPED: i32 = 500;
    /// Will never go.
    pub const CANCELLED: i32 = 1000;
}

/// Transfers between warehouses. The service's numbers are not known; these are the sandbox's own.
pub mod transfer {
    /// Not begun.
    pub const PLANNED: i32 = 300;
    /// Arrived.
    pub const DELIVERED: i32 = 500;
}
