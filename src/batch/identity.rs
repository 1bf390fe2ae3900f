//! By which number a record is known, and what sending it does.

use serde_json::{Map, Value};

use super::at::{at_mut, text_at};

/// How records of a kind say which one they are and what is to be done.
#[derive(Debug)]
pub struct Identity {
    /// Path of the member that says by which field the thing is found.
    pub by: &'static str,
    /// What may stand there. The first is the usual one.
    pub ways: &'static [Way],
    /// Path of the member that says what to do; empty where the operation always creates or updates.
    pub operation: &'static str,
}

/// One way to find a thing.
#[derive(Debug)]
pub struct Way {
    /// The value that chooses it.
    pub name: &'static str,
    /// Paths of the members that are then its number; those that are given count.
    pub members: &'static [&'static str],
    /// Whether the same may be sent twice without becoming two.
    pub repeatable: bool,
}

/// The number of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Name of the [`Way`].
    pub way: &'static str,
    /// The first member's value.
    pub value: String,
    /// What a person calls it, and the journal: `1001`, `SystemId 17`.
    pub text: String,
    repeatable: bool,
}

/// What sending a record does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Makes the warehouse's copy equal to the record; once or twice is the same.
    Save,
    /// Makes a new one each time it is sent.
    Create,
    /// Takes it away; once or twice is the same.
    Remove,
}

impl Identity {
    /// The number of a record.
    ///
    /// # Errors
    /// What is missing, in words.
    pub fn key(&self, payload: &Map<String, Value>) -> Result<Key, String> {
        let by = text_at(payload, self.by);
        let way = match &by {
            Some(by) => self.ways.iter().find(|way| way.name == by),
            None => self.ways.first().filter(|_| self.by.is_empty()),
        };
        let Some(way) = way else {
            let names: Vec<_> = self.ways.iter().map(|way| way.name).collect();
            let names = names.join(", ");
            return Err(match by {
                Some(by) => {
                    format!("{} is {by}, by which no record can be told from others: use {names}", self.by)
                }
                None => format!("{} is missing: one of {names}", self.by),
            });
        };
        let values: Vec<String> = way
            .members
            .iter()
            .filter_map(|member| text_at(payload, member))
            .filter(|v| !v.is_empty())
            .collect();
        let Some(value) = values.first().cloned() else {
            let members = way.members.join(" or ");
            return Err(format!(
                "{members} is missing, by which the record is found ({}: {})",
                self.by, way.name
            ));
        };
        let usual = self.ways.first().is_some_and(|first| first.name == way.name);
        let text = values.join(" / ");
        let text = if usual { text } else { format!("{} {text}", way.name) };
        Ok(Key { way: way.name, value, text, repeatable: way.repeatable })
    }

    /// What sending the record does.
    pub fn deed(&self, key: &Key, payload: &Map<String, Value>) -> Deed {
        match text_at(payload, self.operation).as_deref() {
            Some("Create") => Deed::Create,
            Some("Remove") => Deed::Remove,
            _ if key.repeatable => Deed::Save,
            _ => Deed::Create,
        }
    }

    /// Has a record that says `Create` update what is there instead.
    pub fn as_update(&self, payload: &mut Map<String, Value>) {
        if let Some(Value::String(operation)) = at_mut(payload, self.operation)
            && operation == "Create"
        {
            *operation = "CreateOrUpdate".to_owned();
        }
    }
}

const fn way(name: &'static str, members: &'static [&'static str]) -> Way {
    Way { name, members, repeatable: true }
}

pub(super) static ARTICLES: Identity = Identity {
    by: "ArticleIdentification",
    ways: &[
        way("ArticleNumber", &["ArticleNumber"]),
        way("SystemId", &["ArticleSystemId"]),
        way("ProductCode", &["ProductCode"]),
        way("ArticleName", &["ArticleName"]),
    ],
    operation: "ArticleOperation",
};

pub(super) static ORDERS: Identity = Identity {
    by: "OrderInfo.OrderIdentification",
    ways: &[
        way("GoodsOwnerOrderNumber", &["OrderInfo.GoodsOwnerOrderNumber"]),
        way("GoodsOwnerOrderId", &["OrderInfo.GoodsOwnerOrderId"]),
        way("ReferenceNumber", &["OrderInfo.ReferenceNumber"]),
        way("SystemId", &["OrderInfo.OrderId"]),
    ],
    operation: "OrderInfo.OrderOperation",
};

pub(super) static IN_ORDERS: Identity = Identity {
    by: "InOrderInfo.InOrderIdentification",
    ways: &[
        way("GoodsOwnerOrderNumber", &["InOrderInfo.GoodsOwnerOrderNumber"]),
        way("GoodsOwnerReference", &["InOrderInfo.GoodsOwnerReference"]),
        way("SystemId", &["InOrderInfo.InOrderId"]),
    ],
    operation: "InOrderInfo.InOrderOperation",
};

pub(super) static RETURN_ORDERS: Identity = Identity {
    by: "ReturnOrderIdentification",
    ways: &[
        way("ReturnOrderNumber", &["ReturnOrderNumber"]),
        // Nobody says whether a second return of the same order is the first one.
        Way { repeatable: false, ..way("CustomerOrder", &["CustomerOrderNumber", "OrderId"]) },
    ],
    operation: "",
};

pub(super) static PRODUCTION_ORDERS: Identity = Identity {
    by: "ProductionOrderIdentification",
    ways: &[way("ProductionOrderNumber", &["ProductionOrderNumber"])],
    operation: "",
};

pub(super) static CUSTOMERS: Identity = Identity {
    by: "CustomerIdentification",
    ways: &[
        way("CustomerNumber", &["CustomerNumber"]),
        way("ExternalCustomerCode", &["ExternalCustomerCode"]),
        way("SystemId", &["CustomerId"]),
        way("FullNameAndAddress", &["Name", "Address", "Address2", "PostCode", "City", "CountryCode"]),
    ],
    operation: "CustomerOperation",
};

pub(super) static SHIPMENTS: Identity = Identity {
    by: "ShipmentHeader.ShipmentIdentification",
    ways: &[
        way("ShipmentOrderNumber", &["ShipmentHeader.ShipmentOrderNumber"]),
        way("ShipmentId", &["ShipmentHeader.ShipmentId"]),
        way("WayBill", &["ShipmentHeader.WayBill"]),
        way("TransporterOrderNumber", &["ShipmentHeader.TransporterOrderNumber"]),
        way(
            "TransporterOrderNumberAndShipmentOrderNumber",
            &["ShipmentHeader.TransporterOrderNumber", "ShipmentHeader.ShipmentOrderNumber"],
        ),
        way(
            "TransporterOrderNumberAndRoute",
            &["ShipmentHeader.TransporterOrderNumber", "ShipmentHeader.Route"],
        ),
        way(
            "ShipmentOrderNumberAndDeliveryDate",
            &["ShipmentHeader.ShipmentOrderNumber", "ShipmentHeader.DeliveryDate"],
        ),
    ],
    operation: "ShipmentHeader.ShipmentOperation",
};

pub(super) static GOODS_OPERATION_ORDERS: Identity = Identity {
    by: "GoodsOperationOrderIdentification",
    ways: &[way("GoodsOperationOrderNumber", &["GoodsOperationOrderNumber"])],
    operation: "",
};
