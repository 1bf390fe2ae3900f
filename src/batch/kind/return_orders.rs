//! Return orders: `ProcessReturnOrder`.

use super::Kind;
use super::defaults::{always, given};
use super::identity::{Identity, Way, way};
use super::lookup::{Lines, Lookup, part};

pub(super) const KIND: Kind = Kind {
    name: "return-orders",
    operation: "ProcessReturnOrder",
    lines: "ReturnOrderLines",
    defaults: &[
        given(
            "ReturnOrderIdentification",
            &[(&["ReturnOrderNumber"], "ReturnOrderNumber"), (&[], "CustomerOrder")],
        ),
        given(
            "ReturnCustomerOrderIdentification",
            &[(&["CustomerOrderNumber"], "OrderNumber"), (&["OrderId"], "OrderId")],
        ),
        always("ReturnCause.ReturnCauseOperation", "Find"),
        given(
            "ReturnOrderLines.ReturnOrderLineIdentification",
            &[
                (&["ExternalOrderLineCode"], "ExternalOrderLineCode"),
                (&["OrderLineId"], "OrderLineId"),
                (&["ArticleNumber"], "ArticleNumber"),
            ],
        ),
        always("ReturnOrderLines.ReturnCause.ReturnCauseOperation", "Find"),
    ],
    identity: &Identity {
        by: "ReturnOrderIdentification",
        ways: &[
            way("ReturnOrderNumber", &["ReturnOrderNumber"]),
            // It is not documented whether a second return of the same order is the first one.
            Way { repeatable: false, ..way("CustomerOrder", &["CustomerOrderNumber", "OrderId"]) },
        ],
        operation: "",
    },
    lookup: Some(&Lookup {
        operation: "GetReturnOrdersByQuery",
        by: &[
            ("ReturnOrderNumber", "ReturnOrderNumbersToGet", "ReturnOrderNumber"),
            ("CustomerOrder", "CustomerOrderNumbersToGet", "OrderNumber"),
        ],
        parts: &[part("", "", &[("CustomerOrderNumber", "OrderNumber")])],
        lines: Some(Lines {
            part: part("ReturnOrderLines", "ReturnOrderLines", &[]),
            code: "ExternalOrderLineCode",
            parent: "ParentReturnOrderLineId",
        }),
        status: "",
        cancelled: None,
    }),
    cancel: None,
    example: &[
        "CustomerOrderNumber",
        "ReturnOrderComment",
        "ReturnInDate",
        "ReturnOrderLines.ArticleNumber",
        "ReturnOrderLines.ToBeReturnedNumberOfItems",
        "ReturnOrderLines.ReturnCause.ReturnCauseCode",
    ],
};
