//! In-orders: `ProcessInOrder`.

use super::Kind;
use super::cancel::Cancel;
use super::choices::{ARTICLE, ITEM_STATUS, LINE, WAREHOUSE};
use super::defaults::{always, given};
use super::identity::{Identity, way};
use super::lookup::{Lines, Lookup, part};

pub(super) const KIND: Kind = Kind {
    name: "in-orders",
    operation: "ProcessInOrder",
    lines: "InOrderLines",
    defaults: &[
        always("InOrderInfo.InOrderOperation", "CreateOrUpdate"),
        always("InOrderInfo.InOrderIdentification", "GoodsOwnerOrderNumber"),
        always("InOrderInfo.Warehouse.InOrderWarehouseOperation", "Find"),
        given("InOrderInfo.Warehouse.InOrderWarehouseIdentification", WAREHOUSE),
        always("InOrderSupplier.InOrderSupplierOperation", "CreateOrUpdate"),
        given(
            "InOrderSupplier.InOrderSupplierIdentificationType",
            &[(&["SupplierNumber"], "SupplierNumber"), (&["SupplierName"], "SupplierName")],
        ),
        always("InOrderCustomer.InOrderCustomerOperation", "CreateOrUpdate"),
        given(
            "InOrderCustomer.InOrderCustomerIdentification",
            &[(&["CustomerNumber"], "CustomerNumber"), (&["Name"], "FullNameAndAdress")],
        ),
        given("InOrderLines.ArticleIdentification", ARTICLE),
        given("InOrderLines.OrderLineIdentification", LINE),
        given(
            "InOrderLines.InOrderLineArticleItemStatus.InOrderLineArticleItemStatusIdentification",
            ITEM_STATUS,
        ),
    ],
    identity: &Identity {
        by: "InOrderInfo.InOrderIdentification",
        ways: &[
            way("GoodsOwnerOrderNumber", &["InOrderInfo.GoodsOwnerOrderNumber"]),
            way("GoodsOwnerReference", &["InOrderInfo.GoodsOwnerReference"]),
            way("SystemId", &["InOrderInfo.InOrderId"]),
        ],
        operation: "InOrderInfo.InOrderOperation",
    },
    lookup: Some(&Lookup {
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
            code: "ExternalOrderLineCode",
            parent: "ParentInOrderLineId",
        }),
        status: "InOrderInfo.InOrderStatusNumber",
        cancelled: Some(900),
    }),
    cancel: Some(&Cancel {
        noun: "in-order",
        status_text: "InOrderInfo.InOrderStatusText",
        until: "an in-order can be cancelled until receiving begins",
    }),
    example: &[
        "InOrderInfo.GoodsOwnerOrderNumber",
        "InOrderInfo.SupplierOrderNumber",
        "InOrderInfo.InDate",
        "InOrderInfo.OrderRemark",
        "InOrderSupplier.SupplierNumber",
        "InOrderSupplier.SupplierName",
        "InOrderLines.ExternalOrderLineCode",
        "InOrderLines.ArticleNumber",
        "InOrderLines.NumberOfItems",
        "InOrderLines.RowBatchNo",
    ],
};
