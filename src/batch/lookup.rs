//! Asking the warehouse whether it holds a record.

use std::fmt;

use serde_json::{Map, Value, json};

use super::at::text_at;
use super::identity::Key;
use super::likeness::{self, Likeness};
use crate::client::Client;
use crate::dynamic::{self, find_type};
use crate::error::Error;
use crate::operation::OperationInfo;

/// How the warehouse is asked for records of a kind, and how its rows show what was sent.
#[derive(Debug)]
pub struct Lookup {
    /// The query.
    pub operation: &'static str,
    /// Way of the [`Key`], the filter for it, and where a row has the number.
    pub by: &'static [(&'static str, &'static str, &'static str)],
    /// Objects of a payload, and of a row, that hold the same.
    pub parts: &'static [Part],
    /// The lines.
    pub lines: Option<Lines>,
    /// Where a row has its status, and from which on it is cancelled.
    pub cancelled: Option<(&'static str, i64)>,
}

/// An object of a payload and that of a row; members of the same name are the same.
#[derive(Debug)]
pub struct Part {
    /// Path in the payload; empty for the payload itself.
    pub sent: &'static str,
    /// Path in the row.
    pub shown: &'static str,
    /// Members that have another name, or stand deeper, in the row.
    pub renamed: &'static [(&'static str, &'static str)],
}

/// The lines of a payload and those of a row.
#[derive(Debug)]
pub struct Lines {
    /// As the objects they are; both paths lead to a list.
    pub part: Part,
    /// Member of a shown line that says of which other line it is a part; such lines were not sent.
    pub parent: &'static str,
}

/// What the warehouse holds under a record's number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// Nothing, or only what is cancelled.
    Nothing {
        /// Whether something cancelled is there.
        cancelled: bool,
    },
    /// Something that differs from the record, with the paths of the first members that do.
    Other(Vec<String>),
    /// All that the answer shows of the record is the same.
    Same {
        /// Members of the record that the answer does not show.
        unseen: Vec<String>,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Finding::Nothing { cancelled: false } => f.write_str("not there"),
            Finding::Nothing { cancelled: true } => f.write_str("there, and cancelled"),
            Finding::Other(members) => write!(f, "there, with another {}", members.join(", ")),
            Finding::Same { .. } => f.write_str("there as sent"),
        }
    }
}

impl Lookup {
    /// Whether records of this key can be looked up with the contract that the program is built with.
    pub fn serves(&self, key: &Key) -> bool {
        self.plan(key).is_some()
    }

    /// Asks for a record.
    ///
    /// # Errors
    /// As [`Client::rows`](crate::Client::rows).
    pub fn find(&self, client: &Client, key: &Key, payload: &Map<String, Value>) -> Result<Finding, Error> {
        let mut cancelled = false;
        let mut best: Option<Likeness> = None;
        let Some((operation, query, shown)) = self.plan(key) else {
            return Ok(Finding::Nothing { cancelled });
        };
        let row_type = dynamic::row_type(operation);
        let Some(Ok(rows)) = dynamic::rows(client, operation, &query) else {
            return Ok(Finding::Nothing { cancelled });
        };
        for row in rows {
            let row: Map<String, Value> = serde_json::from_str(&row?.json).unwrap_or_default();
            // A filter that the service does not know gives it all.
            if text_at(&row, shown).as_deref() != Some(&key.value) {
                continue;
            }
            if self.is_cancelled(&row) {
                cancelled = true;
                continue;
            }
            let likeness = likeness::of(self, payload, &row, row_type);
            if best.as_ref().is_none_or(|best| likeness.differing.len() < best.differing.len()) {
                best = Some(likeness);
            }
        }
        Ok(match best {
            None => Finding::Nothing { cancelled },
            Some(likeness) if likeness.differing.is_empty() => Finding::Same { unseen: likeness.unseen },
            Some(likeness) => Finding::Other(likeness.differing),
        })
    }

    fn is_cancelled(&self, row: &Map<String, Value>) -> bool {
        self.cancelled.is_some_and(|(path, from)| {
            text_at(row, path)
                .and_then(|status| status.parse::<i64>().ok())
                .is_some_and(|status| status >= from)
        })
    }

    /// The query, its input, and where a row has the number.
    fn plan(&self, key: &Key) -> Option<(&'static OperationInfo, Value, &'static str)> {
        let (_, filter, shown) = self.by.iter().find(|(way, ..)| *way == key.way)?;
        let operation = dynamic::find(self.operation).filter(|operation| !operation.rows.is_empty())?;
        let payload = operation.own_members().next()?;
        let member = find_type(payload.ty)?.members.iter().find(|member| member.name == *filter)?;
        let value: Value = match member.ty {
            "int" | "long" => json!(key.value.parse::<i64>().ok()?),
            _ => json!(key.value),
        };
        let value = if member.is_list() { json!([value]) } else { value };
        let query = json!({ *filter: value });
        let query = if operation.payload.is_some() { query } else { json!({ payload.name: query }) };
        Some((operation, query, shown))
    }
}

const fn part(
    sent: &'static str,
    shown: &'static str,
    renamed: &'static [(&'static str, &'static str)],
) -> Part {
    Part { sent, shown, renamed }
}

pub(super) static ARTICLES: Lookup = Lookup {
    operation: "GetInventoryByQuery",
    by: &[
        ("ArticleNumber", "ArticleNumbersToGet", "Article.ArticleNumber"),
        ("ProductCode", "ProductCodesToGet", "Article.ProductCode"),
        ("SystemId", "ArticleSystemIdsToGet", "Article.SystemId"),
    ],
    parts: &[part(
        "",
        "Article",
        &[("ArticleSystemId", "SystemId"), ("ArticleName", "Name"), ("ArticleDescription", "Description")],
    )],
    lines: None,
    cancelled: None,
};

pub(super) static ORDERS: Lookup = Lookup {
    operation: "GetOrdersByQuery",
    by: &[
        ("GoodsOwnerOrderNumber", "OrderNumbersToGet", "OrderInfo.GoodsOwnerOrderNumber"),
        ("GoodsOwnerOrderId", "GoodsOwnerOrderIdToGet", "OrderInfo.GoodsOwnerOrderId"),
        ("ReferenceNumber", "ReferenceNumber", "OrderInfo.ReferenceNumber"),
        ("SystemId", "OrderIdsToGet", "OrderInfo.OrderId"),
    ],
    parts: &[part("OrderInfo", "OrderInfo", &[]), part("Customer", "Consignee", &[("CustomerId", "Id")])],
    lines: Some(Lines {
        part: part(
            "CustomerOrderLines",
            "PickedOrderLines",
            &[
                ("ArticleSystemId", "Article.SystemId"),
                ("ArticleNumber", "Article.ArticleNumber"),
                ("ArticleName", "Article.Name"),
                ("ProductCode", "Article.ProductCode"),
                ("NumberOfItems", "OrderedNumberOfItems"),
            ],
        ),
        parent: "ParentOrderLineId",
    }),
    cancelled: Some(("OrderInfo.OrderStatusNumber", 1000)),
};

pub(super) static IN_ORDERS: Lookup = Lookup {
    operation: "GetInOrdersByQuery",
    by: &[
        ("GoodsOwnerOrderNumber", "InOrderNumbersToGet", "InOrderInfo.GoodsOwnerOrderNumber"),
        ("SystemId", "InOrderIdsToGet", "InOrderInfo.InOrderId"),
    ],
    parts: &[
        part("InOrderInfo", "InOrderInfo", &[("OrderRemark", "Comment")]),
        part("InOrderSupplier", "InOrderSupplier", &[]),
    ],
    lines: Some(Lines {
        part: part(
            "InOrderLines",
            "ReceivedInOrderLines",
            &[
                ("ArticleSystemId", "Article.SystemId"),
                ("ArticleNumber", "Article.ArticleNumber"),
                ("ArticleName", "Article.Name"),
                ("ProductCode", "Article.ProductCode"),
                ("NumberOfItems", "AdvisedNumberOfItems"),
                ("OrderLineComment", "Comment"),
                ("Indate", "InDate"),
            ],
        ),
        parent: "ParentInOrderLineId",
    }),
    cancelled: Some(("InOrderInfo.InOrderStatusNumber", 900)),
};

pub(super) static RETURN_ORDERS: Lookup = Lookup {
    operation: "GetReturnOrdersByQuery",
    by: &[
        ("ReturnOrderNumber", "ReturnOrderNumbersToGet", "ReturnOrderNumber"),
        ("CustomerOrder", "CustomerOrderNumbersToGet", "OrderNumber"),
    ],
    parts: &[part("", "", &[("CustomerOrderNumber", "OrderNumber")])],
    lines: Some(Lines {
        part: part("ReturnOrderLines", "ReturnOrderLines", &[]),
        parent: "ParentReturnOrderLineId",
    }),
    cancelled: None,
};

pub(super) static PRODUCTION_ORDERS: Lookup = Lookup {
    operation: "GetProductionOrdersByQuery",
    by: &[("ProductionOrderNumber", "ProductionOrderNumberToGet", "ProductionOrderHeader.OrderNumber")],
    parts: &[part(
        "",
        "ProductionOrderHeader",
        &[("ProductionOrderNumber", "OrderNumber"), ("ProductionOrderComment", "Comment")],
    )],
    lines: Some(Lines {
        part: part(
            "ProductionOrderLines",
            "ProductionOrderLines",
            &[
                ("ToProduceNumberOfItems", "OrderedNumberOfItems"),
                ("ProductionOrderLineComment", "OrderLineComment"),
            ],
        ),
        parent: "",
    }),
    cancelled: None,
};

pub(super) static SHIPMENTS: Lookup = Lookup {
    operation: "GetShipmentsByQuery",
    by: &[
        ("ShipmentOrderNumber", "ShipmentOrderNumber", "ShipmentHeader.ShipmentOrderNumber"),
        ("ShipmentId", "ShipmentIdsToGet", "ShipmentHeader.ShipmentId"),
    ],
    parts: &[part("ShipmentHeader", "ShipmentHeader", &[])],
    lines: Some(Lines { part: part("ShipmentContainerItems", "ShipmentContainerItems", &[]), parent: "" }),
    cancelled: None,
};
