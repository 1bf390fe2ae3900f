//! Shipments: `ProcessShipment`.

use super::Kind;
use super::defaults::{always, given};
use super::identity::{Identity, way};
use super::lookup::{Lines, Lookup, part};

pub(super) const KIND: Kind = Kind {
    name: "shipments",
    operation: "ProcessShipment",
    lines: "ShipmentContainerItems",
    defaults: &[
        always("ShipmentHeader.ShipmentOperation", "CreateOrUpdate"),
        given(
            "ShipmentHeader.ShipmentIdentification",
            &[
                (&["ShipmentOrderNumber"], "ShipmentOrderNumber"),
                (&["TransporterOrderNumber"], "TransporterOrderNumber"),
                (&["WayBill"], "WayBill"),
                (&["ShipmentId"], "ShipmentId"),
            ],
        ),
    ],
    identity: &Identity {
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
    },
    lookup: Some(&Lookup {
        operation: "GetShipmentsByQuery",
        by: &[
            ("ShipmentOrderNumber", "ShipmentOrderNumber", "ShipmentHeader.ShipmentOrderNumber"),
            ("ShipmentId", "ShipmentIdsToGet", "ShipmentHeader.ShipmentId"),
        ],
        parts: &[part("ShipmentHeader", "ShipmentHeader", &[])],
        lines: Some(Lines {
            part: part("ShipmentContainerItems", "ShipmentContainerItems", &[]),
            code: "",
            parent: "",
        }),
        status: "",
        cancelled: None,
    }),
    cancel: None,
    example: &[
        "ShipmentHeader.ShipmentOrderNumber",
        "ShipmentHeader.TransporterOrderNumber",
        "ShipmentHeader.InDate",
        "ShipmentHeader.ShipmentComment",
        "ShipmentContainerItems.LabelId",
        "ShipmentContainerItems.NumberOfItems",
        "ShipmentContainerItems.Weight",
        "ShipmentContainerItems.Comment",
    ],
};
