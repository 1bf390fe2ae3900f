//! What can be pushed: for each kind of record the operation that takes it, and what the WSDL does not say of it.

use super::identity::{self, Identity};
use super::lookup::{self, Lookup};
use crate::dynamic;
use crate::operation::OperationInfo;

/// A kind of record.
#[derive(Debug)]
pub struct Kind {
    /// Name, as on the command line: `orders`.
    pub name: &'static str,
    /// The operation that takes it.
    pub operation: &'static str,
    /// Member of the payload that is the list of lines; empty where there are none.
    pub lines: &'static str,
    /// What a payload has where it says nothing: path, value. A path goes through lists item by item.
    pub defaults: &'static [(&'static str, &'static str)],
    /// How a record says which one it is.
    pub identity: &'static Identity,
    /// How the warehouse is asked what it holds; `None` where it cannot be asked, or its answer is not known.
    pub lookup: Option<&'static Lookup>,
}

impl Kind {
    /// The kind of this name.
    pub fn find(name: &str) -> Option<&'static Kind> {
        KINDS.iter().find(|kind| kind.name == name)
    }

    /// The operation; `None` where the contract that this program is built with has none of the name.
    pub fn operation(&self) -> Option<&'static OperationInfo> {
        dynamic::find(self.operation)
    }
}

/// All kinds.
pub static KINDS: &[Kind] = &[
    Kind {
        name: "articles",
        operation: "ProcessArticle",
        lines: "",
        defaults: &[("ArticleOperation", "CreateOrUpdate"), ("ArticleIdentification", "ArticleNumber")],
        identity: &identity::ARTICLES,
        lookup: Some(&lookup::ARTICLES),
    },
    Kind {
        name: "orders",
        operation: "ProcessOrder",
        lines: "CustomerOrderLines",
        defaults: &[
            ("OrderInfo.OrderOperation", "CreateOrUpdate"),
            ("OrderInfo.OrderIdentification", "GoodsOwnerOrderNumber"),
            ("CustomerOrderLines.ArticleIdentification", "ArticleNumber"),
        ],
        identity: &identity::ORDERS,
        lookup: Some(&lookup::ORDERS),
    },
    Kind {
        name: "in-orders",
        operation: "ProcessInOrder",
        lines: "InOrderLines",
        defaults: &[
            ("InOrderInfo.InOrderOperation", "CreateOrUpdate"),
            ("InOrderInfo.InOrderIdentification", "GoodsOwnerOrderNumber"),
            ("InOrderLines.ArticleIdentification", "ArticleNumber"),
        ],
        identity: &identity::IN_ORDERS,
        lookup: Some(&lookup::IN_ORDERS),
    },
    Kind {
        name: "return-orders",
        operation: "ProcessReturnOrder",
        lines: "ReturnOrderLines",
        defaults: &[],
        identity: &identity::RETURN_ORDERS,
        lookup: Some(&lookup::RETURN_ORDERS),
    },
    Kind {
        name: "production-orders",
        operation: "ProcessProductionOrder",
        lines: "ProductionOrderLines",
        defaults: &[],
        identity: &identity::PRODUCTION_ORDERS,
        lookup: Some(&lookup::PRODUCTION_ORDERS),
    },
    Kind {
        name: "customers",
        operation: "ProcessCustomer",
        lines: "",
        defaults: &[],
        identity: &identity::CUSTOMERS,
        lookup: None,
    },
    Kind {
        name: "shipments",
        operation: "ProcessShipment",
        lines: "ShipmentContainerItems",
        defaults: &[],
        identity: &identity::SHIPMENTS,
        lookup: Some(&lookup::SHIPMENTS),
    },
    Kind {
        name: "goods-operation-orders",
        operation: "ProcessGoodsOperationOrder",
        lines: "GoodsOperationOrderLines",
        defaults: &[],
        identity: &identity::GOODS_OPERATION_ORDERS,
        lookup: None,
    },
];
