//! The tables of the warehouse: their columns by the contract's names, and the actions on a row.

use serde_json::{Value, json};

use super::query::StateTable;
use super::table::{BLANK, StateColumn, StateLines, TableDefinition, column, number, stock, total};
use crate::sandbox::db::desk::Desk;
use crate::sandbox::work_error::WorkError;
use crate::sandbox::{inbound, orders};
use crate::status_number::{in_order, order, production_order, return_order, shipment, transfer};

/// The table with this name.
pub(crate) fn find(name: &str) -> Result<&'static TableDefinition, WorkError> {
    TABLES.iter().find(|table| table.name == name).ok_or_else(|| {
        let names: Vec<&str> = TABLES.iter().map(|table| table.name).collect();
        WorkError::Absent(format!("unknown table \"{name}\": the tables are {}", names.join(", ")))
    })
}

/// All tables, with their row counts and columns.
pub(crate) fn all(desk: &Desk<'_>) -> Result<Value, WorkError> {
    let mut tables = Vec::new();
    for table in TABLES {
        tables.push(json!({
            "name": table.name,
            "kind": table.kind,
            "title": table.title,
            "count": table.count(desk)?,
            "columns": table.columns.iter().map(StateColumn::to_json).collect::<Vec<_>>(),
        }));
    }
    Ok(Value::Array(tables))
}

/// The same, for programs.
pub(crate) fn list(desk: &Desk<'_>) -> Result<Vec<StateTable>, WorkError> {
    let columns = |table: &TableDefinition| table.columns.iter().map(StateColumn::name).collect();
    TABLES
        .iter()
        .map(|table| Ok(StateTable { name: table.name, rows: table.count(desk)?, columns: columns(table) }))
        .collect()
}

/// The status number of a return, by what was received.
const RETURN_STATUS: &str =
    "CASE WHEN thing.last_returned IS NULL THEN 100 WHEN EXISTS (SELECT 1 FROM return_order_line
    WHERE return_order = thing.id AND CAST(returned AS REAL) < CAST(wanted AS REAL)) THEN 300 ELSE 500 END";

/// All tables, the most important for integrations first.
static TABLES: &[TableDefinition] = &[
    TableDefinition {
        name: "orders",
        kind: "order",
        title: "Orders",
        from: "customer_order AS thing",
        status: "thing.status",
        definition: "json(thing.definition)",
        columns: &[
            column("GoodsOwnerOrderNumber", "Order number", "thing.number"),
            number("OrderStatusNumber", "Status", "thing.status"),
            StateColumn::StatusText { name: "OrderStatusText", title: "Status text", text: orders::status::name },
            column("ConsigneeName", "Consignee", "thing.consignee ->> '$.Name'"),
            column("ReferenceNumber", "Reference", "thing.reference"),
            total(
                "OrderedNumberOfItems",
                "Ordered",
                "(SELECT group_concat(ordered, ' ') FROM order_line WHERE customer_order = thing.id AND moves)",
            ),
            total(
                "PickedNumberOfItems",
                "Picked",
                "(SELECT group_concat(picked, ' ') FROM order_line WHERE customer_order = thing.id AND moves)",
            ),
            number(
                "OrderLines",
                "Lines",
                "(SELECT count(*) FROM order_line WHERE customer_order = thing.id AND parent IS NULL)",
            ),
            column(
                "WayBill",
                "Tracking",
                "(SELECT group_concat(waybill, ', ') FROM tracking WHERE customer_order = thing.id)",
            ),
            column("CreatedDate", "Created", "thing.created"),
            column("ShippedTime", "Shipped", "thing.shipped"),
            number("OrderId", "Id", "thing.id"),
        ],
        lines: Some(StateLines {
            sql: "SELECT coalesce(external_code, article.number) AS line, external_code AS ExternalOrderLineCode,
                  article.number AS ArticleNumber, article.name AS ArticleName, ordered AS OrderedNumberOfItems,
                  (SELECT group_concat(number, ' ') FROM allocation WHERE order_line = line.id)
                  AS \"total:AllocatedNumberOfItems\", picked AS PickedNumberOfItems,
                  (SELECT group_concat(returned, ' ') FROM return_order_line WHERE order_line = line.id)
                  AS \"total:ReturnedNumberOfItems\", reported AS ReportedNumberOfItems, line.id AS OrderLineSystemId, parent AS ParentOrderLineId
                  FROM order_line AS line JOIN article ON article.id = article WHERE customer_order = ?1
                  ORDER BY position, line.id",
        }),
        actions: |status| match status {
            order::RELEASED..order::ALLOCATED => &["pick", "allocate"],
            order::ALLOCATED..order::PICKED => &["pick", "allocate"],
            order::PICKED => &["ship", "collect", "invoice"],
            order::SENT => &["collect", "invoice"],
            order::COLLECTED => &["invoice"],
            _ => &[],
        },
        ..BLANK
    },
    TableDefinition {
        name: "in-orders",
        kind: "in-order",
        title: "In-orders",
        from: "in_order AS thing",
        status: "thing.status",
        definition: "json(thing.definition)",
        columns: &[
            column("GoodsOwnerOrderNumber", "In-order number", "thing.number"),
            number("InOrderStatusNumber", "Status", "thing.status"),
            StateColumn::StatusText {
                name: "InOrderStatusText",
                title: "Status text",
                text: inbound::status::name,
            },
            column("ReferenceNumber", "Reference", "thing.reference"),
            total(
                "AdvisedNumberOfItems",
                "Advised",
                "(SELECT group_concat(advised, ' ') FROM in_order_line WHERE in_order = thing.id)",
            ),
            total(
                "ReceivedNumberOfItems",
                "Received",
                "(SELECT group_concat(received, ' ') FROM in_order_line WHERE in_order = thing.id)",
            ),
            number(
                "InOrderLines",
                "Lines",
                "(SELECT count(*) FROM in_order_line WHERE in_order = thing.id)",
            ),
            column("InDate", "In date", "thing.in_date"),
            column("LastReceivedTime", "Last received", "thing.last_received"),
            column("CreatedDate", "Created", "thing.created"),
            number("InOrderId", "Id", "thing.id"),
        ],
        lines: Some(StateLines {
            sql: "SELECT coalesce(external_code, article.number) AS line, external_code AS ExternalOrderLineCode,
                  article.number AS ArticleNumber, article.name AS ArticleName, advised AS AdvisedNumberOfItems,
                  received AS ReceivedNumberOfItems, reported AS ReportedNumberOfItems, line.id AS InOrderLineId
                  FROM in_order_line AS line JOIN article ON article.id = article WHERE in_order = ?1
                  ORDER BY position, line.id",
        }),
        actions: |status| if status < in_order::RECEIVED { &["receive"] } else { &[] },
        ..BLANK
    },
    TableDefinition {
        name: "return-orders",
        kind: "return-order",
        title: "Returns",
        from: "return_order AS thing",
        definition: "json(thing.definition)",
        status: RETURN_STATUS,
        columns: &[
            column("ReturnOrderNumber", "Return number", "thing.number"),
            number("ReturnOrderStatusId", "Status", RETURN_STATUS),
            StateColumn::StatusText {
                name: "ReturnOrderStatusText",
                title: "Status text",
                text: inbound::return_order::status_name,
            },
            column(
                "OrderNumber",
                "Order number",
                "(SELECT number FROM customer_order WHERE id = thing.customer_order)",
            ),
            total(
                "ToBeReturnedNumberOfItems",
                "Announced",
                "(SELECT group_concat(wanted, ' ') FROM return_order_line WHERE return_order = thing.id)",
            ),
            total(
                "ReturnedNumberOfItems",
                "Returned",
                "(SELECT group_concat(returned, ' ') FROM return_order_line WHERE return_order = thing.id)",
            ),
            column("ReturnCauseCode", "Cause", "thing.cause_code"),
            column("ReturnOrderComment", "Comment", "thing.comment"),
            column("LastReturnedTime", "Last returned", "thing.last_returned"),
            number("ReturnOrderId", "Id", "thing.id"),
        ],
        lines: Some(StateLines {
            sql: "SELECT article.number AS ArticleNumber, article.name AS ArticleName,
                  wanted AS ToBeReturnedNumberOfItems, returned AS ReturnedNumberOfItems
                  FROM return_order_line AS line JOIN order_line ON order_line.id = order_line
                  JOIN article ON article.id = article WHERE return_order = ?1 ORDER BY line.id",
        }),
        actions: |status| if status < return_order::RECEIVED { &["return"] } else { &[] },
        ..BLANK
    },
    TableDefinition {
        name: "production-orders",
        kind: "production-order",
        title: "Production orders",
        from: "production_order AS thing",
        definition: "json(thing.definition)",
        status: "thing.status",
        columns: &[
            column("ProductionOrderNumber", "Number", "thing.number"),
            number("ProductionOrderStatus", "Status", "thing.status"),
            StateColumn::StatusText {
                name: "ProductionOrderStatusText",
                title: "Status text",
                text: |status| match status {
                    production_order::RELEASED => "Released",
                    production_order::BEGUN => "Begun",
                    production_order::FINISHED => "Finished",
                    production_order::CANCELLED => "Cancelled",
                    _ => "",
                },
            },
            total(
                "NumberOfItems",
                "Ordered",
                "(SELECT group_concat(wanted, ' ') FROM production_line WHERE production_order = thing.id)",
            ),
            total(
                "ProducedNumberOfItems",
                "Produced",
                "(SELECT group_concat(produced, ' ') FROM production_line WHERE production_order = thing.id)",
            ),
            column("ProductionDate", "Date", "thing.production_date"),
            column("ProductionOrderComment", "Comment", "thing.comment"),
            number("ProductionOrderId", "Id", "thing.id"),
        ],
        lines: Some(StateLines {
            sql: "SELECT line.number AS line, line.number AS ProductionOrderLineNumber,
                  article.number AS ArticleNumber, article.name AS ArticleName, wanted AS NumberOfItems,
                  produced AS ProducedNumberOfItems, reported AS ReportedNumberOfItems
                  FROM production_line AS line JOIN article ON article.id = article WHERE production_order = ?1
                  ORDER BY line.id",
        }),
        actions: |status| if status < production_order::FINISHED { &["produce"] } else { &[] },
        ..BLANK
    },
    TableDefinition {
        name: "goods-operation-orders",
        kind: "goods-operation-order",
        title: "Goods operation orders",
        from: "goods_operation AS thing",
        definition: "json(thing.definition)",
        status: "(thing.done IS NOT NULL)",
        columns: &[
            column("GoodsOperationOrderNumber", "Number", "thing.number"),
            column("ReferenceNumber", "Reference", "thing.reference"),
            column("Comment", "Comment", "thing.comment"),
            column("CreatedDate", "Created", "thing.created"),
            column("ExecutedDate", "Carried out", "thing.done"),
            number("GoodsOperationOrderId", "Id", "thing.id"),
        ],
        lines: Some(StateLines {
            sql: "SELECT line.number AS LineNumber, article.number AS ArticleNumber, wanted AS NumberOfItems,
                  done AS ExecutedNumberOfItems, batch AS Batch, from_status AS FromStatus, to_status AS ToStatus
                  FROM goods_operation_line AS line JOIN article ON article.id = article WHERE goods_operation = ?1
                  ORDER BY line.id",
        }),
        actions: |is_done| if is_done == 0 { &["carry-out"] } else { &[] },
        ..BLANK
    },
    TableDefinition {
        name: "transfers",
        kind: "transfer",
        title: "Transfers",
        from: "transfer AS thing",
        status: "thing.status",
        columns: &[
            column("OrderNumber", "Number", "thing.number"),
            number("OrderStatusNumber", "Status", "thing.status"),
            StateColumn::StatusText {
                name: "OrderStatusText",
                title: "Status text",
                text: |status| match status {
                    transfer::PLANNED => "Planned",
                    transfer::DELIVERED => "Delivered",
                    _ => "",
                },
            },
            column("ReferenceNumber", "Reference", "thing.reference"),
            column("FromWarehouse", "From", "(SELECT code FROM warehouse WHERE id = thing.from_warehouse)"),
            column("ToWarehouse", "To", "(SELECT code FROM warehouse WHERE id = thing.to_warehouse)"),
            number("OrderId", "Id", "thing.id"),
        ],
        lines: Some(StateLines {
            sql: "SELECT article.number AS ArticleNumber, article.name AS ArticleName, line.number AS NumberOfItems
                  FROM transfer_line AS line JOIN article ON article.id = article WHERE transfer = ?1
                  ORDER BY line.id",
        }),
        actions: |status| if status < order::COLLECTED { &["deliver-transfer"] } else { &[] },
        ..BLANK
    },
    TableDefinition {
        name: "articles",
        kind: "article",
        title: "Articles",
        from: "article AS thing",
        definition: "json(thing.definition)",
        columns: &[
            column("ArticleNumber", "Article number", "thing.number"),
            column("ArticleName", "Name", "thing.name"),
            stock("NumberOfItems", "In stock", |stock| stock.physical),
            stock("NumberOfBookedItems", "Booked", |stock| stock.booked),
            stock("AllocatedNumberOfItems", "Allocated", |stock| stock.allocated),
            stock("SellableNumberOfItems", "Sellable", |stock| stock.sellable),
            stock("ToReceiveNumberOfItems", "To receive", |stock| stock.to_receive),
            stock("PickedToBeCollectedNumberOfItems", "To be collected", |stock| stock.to_be_collected),
            column("BarCode", "Bar code", "thing.bar_code"),
            column("ProductCode", "Product code", "thing.product_code"),
            number("ArticleSystemId", "Id", "thing.id"),
        ],
        lines: Some(StateLines {
            sql: "SELECT part.number AS ArticleNumber, part.name AS ArticleName, article_part.number AS NumberOfItems
                  FROM article_part JOIN article AS part ON part.id = part WHERE article = ?1 ORDER BY part.id",
        }),
        actions: |_| &["count", "move"],
        ..BLANK
    },
    TableDefinition {
        name: "items",
        kind: "item",
        title: "Stock",
        from: "article_item AS thing JOIN article ON article.id = thing.article",
        owner: "article.owner",
        key: "CAST(thing.id AS TEXT)",
        columns: &[
            number("ArticleItemId", "Item", "thing.id"),
            column("ArticleNumber", "Article number", "article.number"),
            column("ArticleName", "Name", "article.name"),
            number("NumberOfItems", "In stock", "thing.number"),
            column("Location", "Location", "thing.location"),
            column("WarehouseCode", "Warehouse", "(SELECT code FROM warehouse WHERE id = thing.warehouse)"),
            column("Batch", "Batch", "thing.batch"),
            column("Serial", "Serial", "thing.serial"),
            column("ExpiryDate", "Expires", "thing.expiry"),
            column("ArticleItemStatusCode", "Goods status", "thing.status_code"),
            column("InDate", "Came", "thing.in_date"),
        ],
        ..BLANK
    },
    TableDefinition {
        name: "movements",
        kind: "movement",
        title: "Movements",
        from: "movement AS thing JOIN article_item AS item ON item.id = thing.article_item
               JOIN article ON article.id = item.article",
        owner: "article.owner",
        key: "CAST(thing.id AS TEXT)",
        columns: &[
            number("MovementId", "Movement", "thing.id"),
            column("ArticleNumber", "Article number", "article.number"),
            number("NumberOfItems", "Number", "thing.number"),
            column("FromLocation", "From", "thing.from_location"),
            column("ToLocation", "To", "thing.to_location"),
            column("Time", "Time", "thing.at"),
        ],
        ..BLANK
    },
    TableDefinition {
        name: "customers",
        kind: "customer",
        title: "Customers",
        from: "customer AS thing",
        columns: &[
            column("CustomerNumber", "Customer number", "thing.number"),
            column("Name", "Name", "thing.name"),
            column("ExternalCustomerCode", "External code", "thing.external_code"),
            column("Address", "Address", "thing.card ->> '$.Address'"),
            column("PostCode", "Post code", "thing.card ->> '$.PostCode'"),
            column("City", "City", "thing.card ->> '$.City'"),
            column("CountryCode", "Country", "thing.card ->> '$.CountryCode'"),
            number("CustomerId", "Id", "thing.id"),
        ],
        definition: "json(coalesce(thing.definition, thing.card))",
        ..BLANK
    },
    TableDefinition {
        name: "shipments",
        kind: "shipment",
        title: "Shipments",
        from: "shipment AS thing",
        key: "coalesce(thing.order_number, CAST(thing.id AS TEXT))",
        status: "thing.status",
        columns: &[
            column("ShipmentOrderNumber", "Number", "thing.order_number"),
            number("ShipmentStatusId", "Status", "thing.status"),
            StateColumn::StatusText {
                name: "ShipmentStatusText",
                title: "Status text",
                text: |status| match status {
                    shipment::OPEN => "Open",
                    shipment::SHIPPED => "Shipped",
                    shipment::CANCELLED => "Cancelled",
                    _ => "",
                },
            },
            number("WayBill", "Way bill", "thing.way_bill"),
            column(
                "OrderNumbers",
                "Orders",
                "(SELECT group_concat(number, ', ') FROM shipment_order
                  JOIN customer_order ON customer_order.id = customer_order WHERE shipment = thing.id)",
            ),
            column("InDate", "In date", "thing.in_date"),
            column("DeliveryDate", "Delivery", "thing.delivery_date"),
            column("ShippedTime", "Shipped", "thing.shipped"),
            number("ShipmentId", "Id", "thing.id"),
        ],
        definition: "json(coalesce(thing.definition, thing.card))",
        ..BLANK
    },
    TableDefinition {
        name: "files",
        kind: "file",
        title: "Files",
        from: "file AS thing",
        key: "CAST(thing.id AS TEXT)",
        columns: &[
            number("FileId", "File", "thing.id"),
            column("FileName", "Name", "thing.name"),
            column("MimeType", "Type", "thing.mime"),
            number("Bytes", "Bytes", "length(thing.content)"),
            column("ArticleNo", "Article number", "(SELECT number FROM article WHERE id = thing.article)"),
            column(
                "OrderNumber",
                "Order number",
                "(SELECT number FROM customer_order WHERE id = thing.customer_order)",
            ),
            column(
                "InOrderNumber",
                "In-order number",
                "(SELECT number FROM in_order WHERE id = thing.in_order)",
            ),
        ],
        ..BLANK
    },
    TableDefinition {
        name: "invoices",
        kind: "invoice",
        title: "Invoices",
        from: "invoice AS thing",
        columns: &[
            column("InvoiceNumber", "Number", "coalesce(thing.number, CAST(thing.id AS TEXT))"),
            column("Title", "Title", "thing.title"),
            column("InvoiceDate", "Date", "thing.date"),
            total(
                "InvoiceAmount",
                "Amount",
                "(SELECT group_concat(price, ' ') FROM invoice_row WHERE invoice = thing.id)",
            ),
            column("ExportedTime", "Exported", "thing.exported"),
            number("InvoiceId", "Id", "thing.id"),
        ],
        lines: Some(StateLines {
            sql: "SELECT (SELECT customer_order.number FROM customer_order WHERE id = customer_order) AS OrderNumber,
                  price AS Price, number AS NumberOfItems, comment AS Comment FROM invoice_row WHERE invoice = ?1
                  ORDER BY id",
        }),
        ..BLANK
    },
    TableDefinition {
        name: "events",
        kind: "event",
        title: "Events",
        from: "event AS thing",
        key: "CAST(thing.id AS TEXT)",
        definition: "json(thing.definition)",
        columns: &[
            number("EventId", "Event", "thing.id"),
            column("Time", "Time", "thing.at"),
            column("Type", "Type", "thing.type"),
            column("Success", "Success", "CASE WHEN thing.success THEN 'yes' ELSE 'no' END"),
            column("Header", "Header", "thing.header"),
            column("Message", "Message", "thing.message"),
        ],
        ..BLANK
    },
    TableDefinition {
        name: "sync-times",
        kind: "sync-time",
        title: "Sync times",
        from: "sync_time AS thing",
        key: "thing.integration",
        columns: &[
            column("IntegrationType", "Integration", "thing.integration"),
            column("TimeOfLastSync", "Last sync", "thing.at"),
        ],
        ..BLANK
    },
];
