//! Imports and exports records as `ongoing push` reads them, one JSON object per line.

use serde_json::{Value, json};

use super::work_record;
use crate::operation::Operation;
use crate::sandbox::articles::article;
use crate::sandbox::db::desk::Desk;
use crate::sandbox::inbound::{in_order, return_order};
use crate::sandbox::orders::order;
use crate::sandbox::shipping::shipment;
use crate::sandbox::stock::goods_operation;
use crate::sandbox::work_error::WorkError;
use crate::sandbox::{customers, production};
use crate::status_number;

/// A kind of records: those of push, and the work of the warehouse.
#[derive(Debug)]
pub(crate) struct RecordKind {
    pub name: &'static str,
    pub doc: &'static str,
    take: fn(&Desk<'_>, &Value) -> Result<(), String>,
    given: RecordSource,
}

/// The exported records.
#[derive(Debug)]
enum RecordSource {
    /// The definitions: a query by goods owner for the thing's key, its definition, its status and whether others have
    /// the same number; and how to create an equal thing from it.
    Definitions {
        sql: &'static str,
        settle: fn(&mut Value, &ExportRow) -> bool,
    },
    Work,
}

/// The definition of a thing.
struct ExportRow {
    number: Option<String>,
    status: i32,
    is_doubled: bool,
    /// Number of the order of a return.
    order: Option<String>,
}

macro_rules! request {
    ($process:path) => {
        |desk, record| taken(record, |request| $process(desk, request))
    };
}

/// In order of dependency.
pub(crate) static KINDS: [RecordKind; 9] = [
    RecordKind {
        name: "articles",
        doc: "articles",
        take: request!(article::process),
        given: RecordSource::Definitions {
            sql: "SELECT number, json(definition), 0, 0, NULL FROM article WHERE owner = ?1 ORDER BY id",
            settle: |record, row| {
                identify(record, row, "Article", "ArticleNumber", "CreateOrUpdate");
                false
            },
        },
    },
    RecordKind {
        name: "customers",
        doc: "customers from requests of their own",
        take: request!(customers::process),
        given: RecordSource::Definitions {
            sql: "SELECT number, json(definition), 0, 0, NULL FROM customer
                  WHERE owner = ?1 AND definition IS NOT NULL ORDER BY id",
            settle: |record, row| {
                identify(record, row, "Customer", "CustomerNumber", "CreateOrUpdate");
                false
            },
        },
    },
    RecordKind {
        name: "in-orders",
        doc: "in-orders: announced goods",
        take: request!(in_order::process),
        given: RecordSource::Definitions {
            sql: "SELECT number, json(definition), status, number IN (SELECT number FROM in_order AS other
                  WHERE other.owner = ?1 AND other.id <> in_order.id), NULL FROM in_order WHERE owner = ?1 ORDER BY id",
            settle: |record, row| {
                use status_number::in_order::{INBOUND, NOTIFIED, RECEIVED};
                let info = &mut record["InOrderInfo"];
                identify(info, row, "InOrder", "GoodsOwnerOrderNumber", row.operation());
                let begun = matches!(row.status, INBOUND | RECEIVED);
                begin_at(info, if begun { NOTIFIED } else { row.status }, NOTIFIED);
                false
            },
        },
    },
    RecordKind {
        name: "orders",
        doc: "orders",
        take: request!(order::process),
        given: RecordSource::Definitions {
            sql: "SELECT number, json(definition), status, number IN (SELECT number FROM customer_order AS other
                  WHERE other.owner = ?1 AND other.id <> customer_order.id), NULL FROM customer_order
                  WHERE owner = ?1 ORDER BY id",
            settle: |record, row| {
                use status_number::order::{ALLOCATED, CANCELLED, RELEASED};
                let info = &mut record["OrderInfo"];
                identify(info, row, "Order", "GoodsOwnerOrderNumber", row.operation());
                let begun = (ALLOCATED..CANCELLED).contains(&row.status);
                begin_at(info, if begun { RELEASED } else { row.status }, RELEASED);
                false
            },
        },
    },
    RecordKind {
        name: "return-orders",
        doc: "return orders: announced returns",
        take: request!(return_order::process),
        given: RecordSource::Definitions {
            sql: "SELECT return_order.number, json(return_order.definition), 0, 0, customer_order.number
                  FROM return_order JOIN customer_order ON customer_order.id = customer_order
                  WHERE return_order.owner = ?1 ORDER BY return_order.id",
            settle: |record, row| {
                if let Some(number) = &row.number {
                    record["ReturnOrderIdentification"] = "ReturnOrderNumber".into();
                    record["ReturnOrderNumber"] = number.clone().into();
                }
                if let Some(order) = &row.order {
                    record["ReturnCustomerOrderIdentification"] = "OrderNumber".into();
                    record["CustomerOrderNumber"] = order.clone().into();
                }
                false
            },
        },
    },
    RecordKind {
        name: "production-orders",
        doc: "production orders",
        take: request!(production::order::process),
        given: RecordSource::Definitions {
            sql: "SELECT number, json(definition), status, 0, NULL FROM production_order WHERE owner = ?1 ORDER BY id",
            settle: |record, row| {
                identify(record, row, "ProductionOrder", "ProductionOrderNumber", "CreateOrUpdate");
                row.status == status_number::production_order::CANCELLED
            },
        },
    },
    RecordKind {
        name: "goods-operation-orders",
        doc: "orders to change the status of goods",
        take: request!(goods_operation::process),
        given: RecordSource::Definitions {
            sql: "SELECT number, json(definition), 0, 0, NULL FROM goods_operation WHERE owner = ?1 ORDER BY id",
            settle: |record, row| {
                record["GoodsOperationOrderNumber"] = row.number.clone().into();
                false
            },
        },
    },
    RecordKind {
        name: "shipments",
        doc: "shipments",
        take: request!(shipment::process),
        given: RecordSource::Definitions {
            sql: "SELECT NULL, json(definition), status, 0, NULL FROM shipment WHERE owner = ?1 ORDER BY id",
            settle: |record, row| {
                let header = &mut record["ShipmentHeader"];
                if header["ShipmentOperation"] != "Create" {
                    header["ShipmentOperation"] = "CreateOrUpdate".into();
                }
                row.status == status_number::shipment::CANCELLED
            },
        },
    },
    RecordKind {
        name: "work",
        doc: "work on all these: actions with their arguments, to be read last",
        take: work_record::take_in,
        given: RecordSource::Work,
    },
];

impl ExportRow {
    /// A number that several things have finds only one of them.
    fn operation(&self) -> &'static str {
        if self.is_doubled || self.number.is_none() { "Create" } else { "CreateOrUpdate" }
    }
}

/// Sets the number by which a thing is created or found, since a new warehouse has other ids.
fn identify(record: &mut Value, row: &ExportRow, thing: &str, number: &str, operation: &str) {
    if let Some(known) = &row.number {
        record[number] = known.clone().into();
        record[format!("{thing}Identification")] = number.into();
    }
    record[format!("{thing}Operation")] = operation.into();
}

/// Sets the initial status of an order, if it is not the usual one.
fn begin_at(info: &mut Value, status: i32, usual: i32) {
    if let Some(members) = info.as_object_mut() {
        members.remove("OrderStatusUpdated");
        members.remove("OrderStatusCreated");
        if status != usual {
            members.insert("OrderStatusCreated".to_owned(), status.into());
        }
    }
}

/// Reads a record as the payload of its operation, and carries that out.
fn taken<O: Operation, T>(
    record: &Value,
    work: impl FnOnce(O) -> Result<T, crate::sandbox::refused::Refused>,
) -> Result<(), String> {
    let whole = match O::INFO.payload {
        Some(payload) => json!({ payload: record }),
        None => record.clone(),
    };
    let request: O = crate::xml::json::from_value(&whole).map_err(|error| error.to_string())?;
    work(request).map(drop).map_err(|refused| refused.message)
}

/// The kind of this name.
pub(crate) fn kind(name: &str) -> Result<&'static RecordKind, String> {
    KINDS.iter().find(|kind| kind.name == name).ok_or_else(|| {
        let names: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
        format!("unknown kind of records {name:?}: the kinds are {}", names.join(", "))
    })
}

/// Reads the lines of a text. The error names the line.
pub(crate) fn take_in(desk: &Desk<'_>, kind: &RecordKind, text: &str) -> Result<(), WorkError> {
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let record = serde_json::from_str(line).map_err(|error| error.to_string());
        record
            .and_then(|record: Value| (kind.take)(desk, &record))
            .map_err(|error| WorkError::Rule(format!("line {}: {error}", index + 1)))?;
    }
    Ok(())
}

/// The records of the goods owner that the desk serves.
pub(crate) fn give_out(desk: &Desk<'_>, kind: &RecordKind) -> Result<Vec<Value>, WorkError> {
    let RecordSource::Definitions { sql, settle } = kind.given else { return work_record::give_out(desk) };
    let mut statement = desk.prepare_cached(sql)?;
    let mut rows = statement.query([desk.owner()?.id])?;
    let mut records = Vec::new();
    while let Some(row) = rows.next()? {
        let read = ExportRow {
            number: row.get(0)?,
            status: row.get(2)?,
            is_doubled: row.get::<_, Option<bool>>(3)?.unwrap_or_default(),
            order: row.get(4)?,
        };
        let Some(text) = row.get::<_, Option<String>>(1)? else {
            let number = read.number.unwrap_or_default();
            let text = format!(
                "{} cannot be exported: \"{number}\" was created by an earlier version, which did not keep all members",
                kind.name
            );
            return Err(WorkError::Rule(text));
        };
        let mut record: Value =
            serde_json::from_str(&text).map_err(|error| WorkError::Broken(error.to_string()))?;
        let is_removed = settle(&mut record, &read);
        records.push(record.clone());
        if is_removed {
            // There is no status to begin at that says so.
            let mut removal = record;
            let head = match removal["ShipmentHeader"].is_object() {
                true => &mut removal["ShipmentHeader"]["ShipmentOperation"],
                false => &mut removal["ProductionOrderOperation"],
            };
            *head = "Remove".into();
            records.push(removal);
        }
    }
    Ok(records)
}
