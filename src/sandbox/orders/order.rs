//! Orders: create, update and remove.

use rusqlite::{OptionalExtension as _, params};

use super::status::{self, CANCELLED, PICKED, RELEASED};
use super::{line, transporter};
use crate::sandbox::articles::article;
use crate::sandbox::contract::*;
use crate::sandbox::db::code_table::RequestedCode;
use crate::sandbox::db::desk::Desk;
use crate::sandbox::db::sql_value::{from_json, given, merge, set_moment, take, to_json};
use crate::sandbox::refused::Refused;
use crate::sandbox::{customers, db};

/// How an order is found.
pub(crate) enum OrderKey {
    /// The warehouse's own number.
    Id(i32),
    /// A number of the goods owner: the column and the text.
    Text(&'static str, String),
}

impl OrderKey {
    pub fn system_id(id: Option<i32>) -> Result<OrderKey, Refused> {
        id.map(OrderKey::Id).ok_or_else(|| Refused::missing("OrderId"))
    }

    pub fn number(text: Option<&str>) -> Result<OrderKey, Refused> {
        OrderKey::text("number", "GoodsOwnerOrderNumber", text)
    }

    pub fn goods_owner_order_id(text: Option<&str>) -> Result<OrderKey, Refused> {
        OrderKey::text("goods_owner_order_id", "GoodsOwnerOrderId", text)
    }

    pub fn reference(text: Option<&str>) -> Result<OrderKey, Refused> {
        OrderKey::text("reference", "ReferenceNumber", text)
    }

    fn text(column: &'static str, member: &str, text: Option<&str>) -> Result<OrderKey, Refused> {
        match text {
            Some(text) if !text.is_empty() => Ok(OrderKey::Text(column, text.to_owned())),
            _ => Err(Refused::missing(member)),
        }
    }

    fn of(info: &OrderInfoClass) -> Result<OrderKey, Refused> {
        use OrderIdentificationType as By;
        match given!(info.order_identification, OrderIdentificationType) {
            By::SystemId => OrderKey::system_id(info.order_id),
            By::ReferenceNumber => OrderKey::reference(info.reference_number.as_deref()),
            // The contract has no other member for the goods owner's own code of an order.
            By::GoodsOwnerOrderId | By::ExternalOrderCode => {
                OrderKey::goods_owner_order_id(info.goods_owner_order_id.as_deref())
            }
            _ => OrderKey::number(info.goods_owner_order_number.as_deref()),
        }
    }
}

impl std::fmt::Display for OrderKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            OrderKey::Id(id) => write!(f, "{id}"),
            OrderKey::Text(_, text) => f.write_str(text),
        }
    }
}

/// The columns of an order that decisions need.
pub(crate) struct OrderHead {
    pub id: i32,
    pub status: i32,
    pub number: Option<String>,
}

/// The order with this key; of several the newest that is not cancelled.
pub(crate) fn find(desk: &Desk<'_>, key: &OrderKey) -> Result<Option<OrderHead>, Refused> {
    let owner = desk.owner()?.id;
    let read =
        |row: &rusqlite::Row<'_>| Ok(OrderHead { id: row.get(0)?, status: row.get(1)?, number: row.get(2)? });
    let select = |condition: &str| {
        format!(
            "SELECT id, status, number FROM customer_order WHERE owner = ?1 AND {condition}
             ORDER BY status = {CANCELLED}, id DESC LIMIT 1"
        )
    };
    Ok(match key {
        OrderKey::Id(id) => desk.prepare_cached(&select("id = ?2"))?.query_row((owner, id), read),
        OrderKey::Text(column, text) => {
            desk.prepare_cached(&select(&format!("{column} = ?2")))?.query_row((owner, text), read)
        }
    }
    .optional()?)
}

/// The order with this key, which must exist.
pub(crate) fn must_find(desk: &Desk<'_>, key: &OrderKey) -> Result<OrderHead, Refused> {
    find(desk, key)?.ok_or_else(|| Refused::kind("OrderNotFound", format!("Order \"{key}\" was not found")))
}

pub(crate) fn process(desk: &Desk<'_>, request: ProcessOrder) -> Result<FileResultClass, Refused> {
    let order = request.co.ok_or_else(|| Refused::missing("co"))?;
    let info = order.order_info.as_ref().ok_or_else(|| Refused::missing("OrderInfo"))?;
    desk.same_owner(order.goods_owner.as_ref())?;
    let operation = given!(info.order_operation, OrderOperation);
    let key = OrderKey::of(info)?;
    let found = match operation {
        // Always creates a new one.
        OrderOperation::Create => None,
        _ => find(desk, &key)?,
    };
    let id = match (&operation, found) {
        (OrderOperation::Remove, Some(head)) => remove(desk, &head)?,
        (OrderOperation::Remove | OrderOperation::Update, None) => {
            return Err(Refused::rule(format!("Order \"{key}\" was not found")));
        }
        (OrderOperation::Update, Some(head)) => update(desk, &head, &order, info)?,
        (_, Some(head)) if head.status != CANCELLED => update(desk, &head, &order, info)?,
        _ if matches!(key, OrderKey::Id(_)) => {
            return Err(Refused::rule(format!(
                "Order \"{key}\" was not found, and a new id cannot be chosen"
            )));
        }
        _ => create(desk, &order, info)?,
    };
    Ok(FileResultClass {
        success: true,
        order_id: id,
        goods_owner_order_number: info.goods_owner_order_number.clone(),
        ..FileResultClass::default()
    })
}

/// Refuses late changes: after picking began only some members can be changed.
fn changeable(desk: &Desk<'_>, head: &OrderHead) -> Result<(), Refused> {
    let begun: bool = desk.query_row(
        "SELECT EXISTS (SELECT 1 FROM pick JOIN order_line ON order_line.id = order_line
         WHERE customer_order = ?1)",
        [head.id],
        |row| row.get(0),
    )?;
    if !begun && head.status < PICKED {
        return Ok(());
    }
    let shown = head.number.clone().unwrap_or_else(|| head.id.to_string());
    let status = status::name(head.status);
    Err(Refused::rule(match head.status {
        CANCELLED => format!("Order \"{shown}\" is cancelled"),
        _ => format!(
            "Order \"{shown}\" can no longer be changed: picking has begun (status {} {status})",
            head.status
        ),
    }))
}

fn remove(desk: &Desk<'_>, head: &OrderHead) -> Result<i32, Refused> {
    changeable(desk, head)?;
    line::release(desk, head.id)?;
    set_status(desk, head.id, CANCELLED)?;
    touch_articles(desk, head.id)?;
    Ok(head.id)
}

/// Sets the status of an order.
pub(crate) fn set_status(desk: &Desk<'_>, id: i32, status: i32) -> Result<(), rusqlite::Error> {
    desk.prepare_cached("UPDATE customer_order SET status = ?2, updated = ?3 WHERE id = ?1")?.execute((
        id,
        status,
        desk.stamp(),
    ))?;
    Ok(())
}

/// Records that the stock of an order's articles has changed, since ordered goods can no longer be sold.
pub(crate) fn touch_articles(desk: &Desk<'_>, order: i32) -> Result<(), rusqlite::Error> {
    let mut statement =
        desk.prepare_cached("SELECT DISTINCT article FROM order_line WHERE customer_order = ?1")?;
    let articles: Vec<i32> = statement.query_map([order], |row| row.get(0))?.collect::<Result<_, _>>()?;
    articles.into_iter().try_for_each(|article| article::touch(desk, article))
}

fn create(desk: &Desk<'_>, order: &CustomerOrder, info: &OrderInfoClass) -> Result<i32, Refused> {
    let status = info.order_status_created.unwrap_or(RELEASED);
    status::check(status)?;
    let card = to_json(&OrderInfoType::default()).to_string();
    let id = desk.query_row(
        "INSERT INTO customer_order (owner, status, created, updated, card, definition)
         VALUES (?1, ?2, ?3, ?3, ?4, '{}') RETURNING id",
        (desk.owner()?.id, status, desk.stamp(), card),
        |row| row.get(0),
    )?;
    write(desk, id, order, info)?;
    Ok(id)
}

fn update(
    desk: &Desk<'_>,
    head: &OrderHead,
    order: &CustomerOrder,
    info: &OrderInfoClass,
) -> Result<i32, Refused> {
    changeable(desk, head)?;
    let status = match info.order_status_updated {
        Some(status) => {
            status::check(status)?;
            status
        }
        // Allocated goods are released when the order changes.
        None if head.status == status::ALLOCATED => RELEASED,
        None => head.status,
    };
    // Articles that leave the order can be sold again.
    touch_articles(desk, head.id)?;
    line::release(desk, head.id)?;
    write(desk, head.id, order, info)?;
    set_status(desk, head.id, status)?;
    Ok(head.id)
}

/// Saves what the request says; members that it leaves out stay unchanged.
fn write(desk: &Desk<'_>, id: i32, order: &CustomerOrder, info: &OrderInfoClass) -> Result<(), Refused> {
    let (card, consignee, transporter, old): (String, Option<String>, Option<String>, String) = desk
        .query_row(
            "SELECT card, consignee, transporter, definition FROM customer_order WHERE id = ?1",
            [id],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
        )?;
    let card = header(desk, from_json(&card)?, info)?;
    let consignee = match &order.customer {
        Some(customer) => Some(to_json(&customers::resolve(desk, customer)?).to_string()),
        None => consignee,
    };
    let transporter = match &order.transporter_contract {
        Some(wanted) => Some(to_json(&transporter::resolve(desk, wanted)?).to_string()),
        None => transporter,
    };
    desk.prepare_cached(
        "UPDATE customer_order SET number = ?2, goods_owner_order_id = ?3, reference = ?4, delivery_date = ?5,
         card = ?6, consignee = ?7, transporter = ?8, definition = ?9 WHERE id = ?1",
    )?
    .execute(params![
        id,
        card.goods_owner_order_number,
        card.goods_owner_order_id,
        card.reference_number,
        set_moment(Some(card.delivery_date)),
        to_json(&card).to_string(),
        consignee,
        transporter,
        merge(Some(&old), to_json(order)).to_string(),
    ])?;
    if let Some(lines) = &order.customer_order_lines {
        line::replace(desk, id, lines)?;
    }
    touch_articles(desk, id)?;
    Ok(())
}

fn header(desk: &Desk<'_>, mut card: OrderInfoType, info: &OrderInfoClass) -> Result<OrderInfoType, Refused> {
    take!(info => card;
        communication, reference_number, goods_owner_order_number, goods_owner_order_id, sales_code, order_remark,
        consignee_order_number, way_of_delivery, terms_of_delivery, terms_of_payment, profit_center,
        delivery_instruction, transporter_order_number, freight_price, way_bill, customer_price, language,
        invoice_number, invoice_type_code, invoice_url, production_code, picking_priority, order_service_point_code,
        free_text1, free_text2, free_text3, market_place, market_place_order_number, prepared_transport_document_id,
        warehouse_instruction, order_free_date_time1, order_free_date_time2);
    if let Some(customs) = &info.customs {
        let customs_value_currency_code = customs.customs_value_currency_code.clone();
        card.order_customs_info = Some(OrderCustomsInfo { customs_value_currency_code });
    }
    if let Some(terms) = &info.terms_of_delivery_type {
        // The warehouse defines these itself; here any code is valid.
        let (code, name) = (terms.code.clone(), terms.name.clone());
        card.terms_of_delivery_type = Some(TermsOfDeliveryTypeInfo { code, name });
    }
    card.external_order_code.clone_from(&card.goods_owner_order_id);
    if !info.delivery_date.is_unset() {
        card.delivery_date = info.delivery_date;
    }
    card.arrival_date = info.arrival_date.unwrap_or(card.arrival_date);
    card.arrival_date_from = info.arrival_date_from.unwrap_or(card.arrival_date_from);
    codes(desk, info, &mut card)?;
    if let Some(notice) = &info.order_notification {
        let notify = |to_be_notified, value: &Option<String>| {
            Some(NotifyClass { to_be_notified, value: value.clone() })
        };
        card.email_notification = notify(notice.notify_by_email, &notice.email);
        card.sms_notification = notify(notice.notify_by_sms, &notice.mobile_phone);
        card.telephone_notification = notify(notice.notify_by_telephone, &notice.telephone);
    }
    Ok(card)
}

/// The members that refer to code tables.
fn codes(desk: &Desk<'_>, info: &OrderInfoClass, card: &mut OrderInfoType) -> Result<(), Refused> {
    if let Some(classes) = &info.order_classes {
        let operation = given!(classes.operation, OrderClassOperation);
        let mut shown = Vec::new();
        for class in classes.classes.iter().flatten() {
            let wanted = RequestedCode {
                kind: "order class",
                operation: operation.as_str(),
                by_name: false,
                code: class.code.as_deref(),
                name: class.name.as_deref(),
            };
            let found = db::code_table::resolve(desk, &wanted)?.unwrap_or_default();
            shown.push(OrderClassInfo { code: found.code, name: found.name });
        }
        card.order_classes = Some(shown);
    }
    if let Some(wanted) = &info.order_type {
        let by = given!(wanted.order_type_identification, OrderTypeIdentification);
        let found = db::code_table::resolve(
            desk,
            &RequestedCode {
                kind: "order type",
                operation: given!(wanted.order_type_operation, OrderTypeOperation).as_str(),
                by_name: by == OrderTypeIdentification::OrderTypeName,
                code: wanted.order_type_code.as_deref(),
                name: wanted.order_type_name.as_deref(),
            },
        )?
        .unwrap_or_default();
        (card.order_type_code, card.order_type_name) = (found.code, found.name);
    }
    if let Some(wanted) = &info.way_of_delivery_type {
        let found = db::code_table::way_of_delivery(desk, wanted)?;
        (card.way_of_delivery_type_code, card.way_of_delivery_type_name) = (found.code, found.name);
    }
    Ok(())
}
