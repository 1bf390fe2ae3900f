//! Goods operation orders: `ProcessGoodsOperationOrder`.

use super::Kind;
use super::choices::ITEM_STATUS;
use super::defaults::{always, given};
use super::identity::{Identity, way};
use super::lookup::{Lines, Lookup, part};

pub(super) const KIND: Kind = Kind {
    name: "goods-operation-orders",
    operation: "ProcessGoodsOperationOrder",
    lines: "GoodsOperationOrderLines",
    defaults: &[
        always("GoodsOperationOrderIdentification", "GoodsOperationOrderNumber"),
        always(
            "GoodsOperationOrderLines.GoodsOperationOrderLineIdentification",
            "GoodsOperationOrderLineNumber",
        ),
        always("GoodsOperationOrderLines.GoodsOperationOrderLineOperation", "CreateOrUpdate"),
        always("GoodsOperationOrderLines.GoodsOperationOrderLineArticleIdentification", "ArticleNumber"),
        always("GoodsOperationOrderLines.GoodsOperationOrderLineArticleOperation", "Find"),
        given("GoodsOperationOrderLines.FromArticleItemStatus.Identification", ITEM_STATUS),
        always("GoodsOperationOrderLines.FromArticleItemStatus.Operation", "Find"),
        given("GoodsOperationOrderLines.ToArticleItemStatus.Identification", ITEM_STATUS),
        always("GoodsOperationOrderLines.ToArticleItemStatus.Operation", "Find"),
    ],
    identity: &Identity {
        by: "GoodsOperationOrderIdentification",
        ways: &[way("GoodsOperationOrderNumber", &["GoodsOperationOrderNumber"])],
        operation: "",
    },
    lookup: Some(&Lookup {
        operation: "GetGoodsOperationOrdersByQuery",
        by: &[(
            "GoodsOperationOrderNumber",
            "GoodsOperationOrderNumbersToGet",
            "GoodsOperationOrderHeader.GoodsOperationOrderNumber",
        )],
        parts: &[part("", "GoodsOperationOrderHeader", &[])],
        lines: Some(Lines {
            part: part(
                "GoodsOperationOrderLines",
                "GoodsOperationOrderLines",
                &[("ArticleNumber", "Article.ArticleNumber")],
            ),
            code: "GoodsOperationOrderLineNumber",
            parent: "",
        }),
        status: "",
        cancelled: None,
    }),
    cancel: None,
    example: &[
        "GoodsOperationOrderNumber",
        "GoodsOperationOrderComment",
        "GoodsOperationOrderLines.GoodsOperationOrderLineNumber",
        "GoodsOperationOrderLines.ArticleNumber",
        "GoodsOperationOrderLines.NumberOfItems",
        "GoodsOperationOrderLines.FromArticleItemStatus.ArticleItemStatusCode",
        "GoodsOperationOrderLines.ToArticleItemStatus.ArticleItemStatusCode",
    ],
};
