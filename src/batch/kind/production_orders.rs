//! Production orders: `ProcessProductionOrder`.

use super::Kind;
use super::cancel::Cancel;
use super::defaults::always;
use super::identity::{Identity, way};
use super::lookup::{Lines, Lookup, part};

pub(super) const KIND: Kind = Kind {
    name: "production-orders",
    operation: "ProcessProductionOrder",
    lines: "ProductionOrderLines",
    defaults: &[
        always("ProductionOrderIdentification", "ProductionOrderNumber"),
        always("ProductionOrderOperation", "CreateOrUpdate"),
        always("ProductionOrderLines.ProductionOrderLineIdentification", "ProductionOrderLineNumber"),
    ],
    identity: &Identity {
        by: "ProductionOrderIdentification",
        ways: &[way("ProductionOrderNumber", &["ProductionOrderNumber"])],
        operation: "ProductionOrderOperation",
    },
    lookup: Some(&Lookup {
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
            code: "ProductionOrderLineNumber",
            parent: "",
        }),
        status: "ProductionOrderHeader.ProductionOrderStatus",
        // The status number of a cancelled one is not known.
        cancelled: None,
    }),
    cancel: Some(&Cancel {
        noun: "production order",
        status_text: "",
        until: "a production order can be cancelled until production begins",
    }),
    example: &[
        "ProductionOrderNumber",
        "ProductionOrderComment",
        "ProductionDate",
        "ProductionOrderLines.ProductionOrderLineNumber",
        "ProductionOrderLines.ArticleNumber",
        "ProductionOrderLines.ToProduceNumberOfItems",
    ],
};
