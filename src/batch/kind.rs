//! What can be pushed: for each kind of record the operation that takes it, and what the WSDL does not say of it.

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
    },
    Kind { name: "return-orders", operation: "ProcessReturnOrder", lines: "ReturnOrderLines", defaults: &[] },
    Kind {
        name: "production-orders",
        operation: "ProcessProductionOrder",
        lines: "ProductionOrderLines",
        defaults: &[],
    },
    Kind { name: "customers", operation: "ProcessCustomer", lines: "", defaults: &[] },
    Kind { name: "shipments", operation: "ProcessShipment", lines: "ShipmentContainerItems", defaults: &[] },
    Kind {
        name: "goods-operation-orders",
        operation: "ProcessGoodsOperationOrder",
        lines: "GoodsOperationOrderLines",
        defaults: &[],
    },
];
