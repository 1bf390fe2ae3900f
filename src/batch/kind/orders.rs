//! Outbound orders: `ProcessOrder`.

use super::Kind;
use super::cancel::Cancel;
use super::choices::{ARTICLE, CUSTOMER, ITEM_STATUS, LINE, WAREHOUSE};
use super::defaults::{always, given};
use super::identity::{Identity, way};
use super::lookup::{Lines, Lookup, part};

pub(super) const KIND: Kind = Kind {
    name: "orders",
    operation: "ProcessOrder",
    lines: "CustomerOrderLines",
    defaults: &[
        always("OrderInfo.OrderOperation", "CreateOrUpdate"),
        always("OrderInfo.OrderIdentification", "GoodsOwnerOrderNumber"),
        given("OrderInfo.OutboundWarehouse.WarehouseIdentification", WAREHOUSE),
        always("Customer.CustomerOperation", "CreateOrUpdate"),
        given("Customer.CustomerIdentification", CUSTOMER),
        always("TransporterContract.TransporterContractOperation", "Find"),
        given(
            "TransporterContract.TransporterContractIdentification",
            &[
                (&["TransporterCode", "TransporterServiceCode"], "CodeAndServiceCode"),
                (&["TransporterCode"], "Code"),
                (&["TransporterServiceCode"], "ServiceCode"),
            ],
        ),
        given("CustomerOrderLines.ArticleIdentification", ARTICLE),
        given("CustomerOrderLines.OrderLineIdentification", LINE),
        given("CustomerOrderLines.OrderLineArticleItemStatus.Identification", ITEM_STATUS),
        always("CustomerOrderLines.OrderLineArticleItemStatus.Operation", "Find"),
        always("CustomerOrderLines.Items.Operation", "CreateOrUpdate"),
    ],
    identity: &Identity {
        by: "OrderInfo.OrderIdentification",
        ways: &[
            way("GoodsOwnerOrderNumber", &["OrderInfo.GoodsOwnerOrderNumber"]),
            way("GoodsOwnerOrderId", &["OrderInfo.GoodsOwnerOrderId"]),
            way("ReferenceNumber", &["OrderInfo.ReferenceNumber"]),
            way("SystemId", &["OrderInfo.OrderId"]),
        ],
        operation: "OrderInfo.OrderOperation",
    },
    lookup: Some(&Lookup {
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
            code: "ExternalOrderLineCode",
            parent: "ParentOrderLineId",
        }),
        status: "OrderInfo.OrderStatusNumber",
        cancelled: Some(1000),
    }),
    cancel: Some(&Cancel {
        noun: "order",
        status_text: "OrderInfo.OrderStatusText",
        until: "an order can be cancelled until picking begins",
    }),
    example: &[
        "OrderInfo.GoodsOwnerOrderNumber",
        "OrderInfo.ReferenceNumber",
        "OrderInfo.DeliveryDate",
        "OrderInfo.OrderRemark",
        "Customer.CustomerNumber",
        "Customer.Name",
        "Customer.Address",
        "Customer.Address2",
        "Customer.PostCode",
        "Customer.City",
        "Customer.CountryCode",
        "Customer.Email",
        "Customer.MobilePhone",
        "CustomerOrderLines.ExternalOrderLineCode",
        "CustomerOrderLines.ArticleNumber",
        "CustomerOrderLines.NumberOfItems",
        "CustomerOrderLines.OrderLineComment",
    ],
};
