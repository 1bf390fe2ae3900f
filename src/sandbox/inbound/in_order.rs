//! In-orders (purchase orders): create, update and remove.

use rusqlite::{OptionalExtension as _, params};

use super::status::{self, CANCELLED, NOTIFIED, RECEIVED};
use crate::sandbox::articles::article::{self, ArticleNames};
use crate::sandbox::contract::*;
use crate::sandbox::db;
use crate::sandbox::db::code_table::RequestedCode;
use crate::sandbox::db::desk::Desk;
use crate::sandbox::db::sql_value::{check_quantity, from_json, given, merge, set_moment, take, to_json};
use crate::sandbox::orders::line_match::{self, ExistingLine};
use crate::sandbox::refused::Refused;

/// The columns of an in-order that decisions need.
pub(crate) struct InOrderHead {
    pub id: i32,
    pub status: i32,
    pub number: Option<String>,
}

/// The in-order with this value in a column; of several the newest that is not cancelled.
fn find_by(
    desk: &Desk<'_>,
    column: &str,
    value: &dyn rusqlite::ToSql,
) -> Result<Option<InOrderHead>, Refused> {
    let sql = format!(
        "SELECT id, status, number FROM in_order WHERE owner = ?1 AND {column} = ?2
         ORDER BY status = {CANCELLED}, id DESC LIMIT 1"
    );
    let read = |row: &rusqlite::Row<'_>| {
        Ok(InOrderHead { id: row.get(0)?, status: row.get(1)?, number: row.get(2)? })
    };
    let owner = desk.owner()?.id;
    Ok(desk.prepare_cached(&sql)?.query_row(params![owner, value], read).optional()?)
}

pub(crate) fn find_by_number(desk: &Desk<'_>, number: Option<&str>) -> Result<Option<InOrderHead>, Refused> {
    find_by(desk, "number", &filled(number, "GoodsOwnerOrderNumber")?)
}

pub(crate) fn find_by_id(desk: &Desk<'_>, id: Option<i32>) -> Result<Option<InOrderHead>, Refused> {
    find_by(desk, "id", &id.ok_or_else(|| Refused::missing("InOrderId"))?)
}

fn filled<'a>(text: Option<&'a str>, member: &str) -> Result<&'a str, Refused> {
    text.filter(|text| !text.is_empty()).ok_or_else(|| Refused::missing(member))
}

fn find(desk: &Desk<'_>, info: &InOrderInfoClass) -> Result<Option<InOrderHead>, Refused> {
    use InOrderIdentificationType as By;
    match given!(info.in_order_identification, InOrderIdentificationType) {
        By::SystemId => find_by_id(desk, info.in_order_id),
        By::GoodsOwnerReference => {
            find_by(desk, "reference", &filled(info.goods_owner_reference.as_deref(), "GoodsOwnerReference")?)
        }
        // The contract has no other member for the goods owner's own code of an in-order.
        _ => find_by_number(desk, info.goods_owner_order_number.as_deref()),
    }
}

pub(crate) fn process(desk: &Desk<'_>, request: ProcessInOrder) -> Result<FileResultClass, Refused> {
    let order = request.co.ok_or_else(|| Refused::missing("co"))?;
    let info = order.in_order_info.as_ref().ok_or_else(|| Refused::missing("InOrderInfo"))?;
    desk.same_owner(order.goods_owner.as_ref())?;
    let operation = given!(info.in_order_operation, InOrderOperation);
    let found = match operation {
        // Always creates a new one.
        InOrderOperation::Create => None,
        _ => find(desk, info)?,
    };
    let by_id = info.in_order_identification == InOrderIdentificationType::SystemId;
    let id = match (&operation, found) {
        (InOrderOperation::Remove, Some(head)) => remove(desk, &head)?,
        (InOrderOperation::Remove, None) => return Err(Refused::rule("The in-order was not found")),
        (_, Some(head)) if head.status != CANCELLED => update(desk, &head, &order, info)?,
        _ if by_id => return Err(Refused::rule("The in-order was not found, and a new id cannot be chosen")),
        _ => create(desk, &order, info)?,
    };
    Ok(FileResultClass {
        success: true,
        in_order_id: id,
        goods_owner_order_number: info.goods_owner_order_number.clone(),
        ..FileResultClass::default()
    })
}

/// Refuses late changes: after reception began only some members can be changed.
fn changeable(desk: &Desk<'_>, head: &InOrderHead) -> Result<(), Refused> {
    let begun: bool = desk.query_row(
        "SELECT EXISTS (SELECT 1 FROM in_order_line WHERE in_order = ?1 AND CAST(received AS REAL) > 0)",
        [head.id],
        |row| row.get(0),
    )?;
    if !begun && head.status < RECEIVED {
        return Ok(());
    }
    let shown = head.number.clone().unwrap_or_else(|| head.id.to_string());
    Err(Refused::rule(match head.status {
        CANCELLED => format!("In-order \"{shown}\" is cancelled"),
        status => format!(
            "In-order \"{shown}\" can no longer be changed: reception has begun (status {status} {})",
            status::name(status)
        ),
    }))
}

fn remove(desk: &Desk<'_>, head: &InOrderHead) -> Result<i32, Refused> {
    changeable(desk, head)?;
    set_status(desk, head.id, CANCELLED)?;
    Ok(head.id)
}

/// Sets the status of an in-order.
pub(crate) fn set_status(desk: &Desk<'_>, id: i32, status: i32) -> Result<(), rusqlite::Error> {
    desk.execute("UPDATE in_order SET status = ?2, updated = ?3 WHERE id = ?1", (id, status, desk.stamp()))?;
    let mut statement =
        desk.prepare_cached("SELECT DISTINCT article FROM in_order_line WHERE in_order = ?1")?;
    let articles: Vec<i32> = statement.query_map([id], |row| row.get(0))?.collect::<Result<_, _>>()?;
    articles.into_iter().try_for_each(|article| article::touch(desk, article))
}

fn create(desk: &Desk<'_>, order: &InOrder, info: &InOrderInfoClass) -> Result<i32, Refused> {
    let status = info.order_status_created.unwrap_or(NOTIFIED);
    status::check(status)?;
    let card = to_json(&ReceivedInOrder {
        in_order_info: Some(ReceivedInOrderInfoClass::default()),
        ..ReceivedInOrder::default()
    });
    let id = desk.query_row(
        "INSERT INTO in_order (owner, status, created, updated, card, definition)
         VALUES (?1, ?2, ?3, ?3, ?4, '{}') RETURNING id",
        (desk.owner()?.id, status, desk.stamp(), card.to_string()),
        |row| row.get(0),
    )?;
    write(desk, id, order, info)?;
    set_status(desk, id, status)?;
    Ok(id)
}

fn update(
    desk: &Desk<'_>,
    head: &InOrderHead,
    order: &InOrder,
    info: &InOrderInfoClass,
) -> Result<i32, Refused> {
    changeable(desk, head)?;
    let status = info.order_status_updated.unwrap_or(head.status);
    status::check(status)?;
    write(desk, head.id, order, info)?;
    set_status(desk, head.id, status)?;
    Ok(head.id)
}

/// Saves what the request says; members that it leaves out stay unchanged.
fn write(desk: &Desk<'_>, id: i32, order: &InOrder, info: &InOrderInfoClass) -> Result<(), Refused> {
    let (card, old): (String, String) =
        desk.query_row("SELECT card, definition FROM in_order WHERE id = ?1", [id], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    let mut card: ReceivedInOrder = from_json(&card)?;
    let header = header(desk, card.in_order_info.take().unwrap_or_default(), info)?;
    if let Some(supplier) = &order.in_order_supplier {
        card.in_order_supplier = Some(ReceivedInOrderSupplier {
            supplier_name: supplier.supplier_name.clone(),
            supplier_number: supplier.supplier_number.clone(),
            address: supplier.address.clone(),
        });
    }
    if let Some(customer) = &order.in_order_customer {
        let mut shown = ReceivedInOrderCustomerInfo::default();
        take!(customer => shown;
            name, address_name, address, address2, address3, city, post_code, country_code, customer_number,
            mobile_phone, tele_phone, address_email);
        card.in_order_customer = Some(shown);
    }
    card.in_order_info = Some(header.clone());
    desk.execute(
        "UPDATE in_order SET number = ?2, reference = ?3, is_return = ?4, in_date = ?5, card = ?6, definition = ?7
         WHERE id = ?1",
        params![
            id,
            header.goods_owner_order_number,
            header.goods_owner_reference,
            header.in_order_is_return_type,
            set_moment(header.in_date),
            to_json(&card).to_string(),
            merge(Some(&old), to_json(order)).to_string(),
        ],
    )?;
    match &order.in_order_lines {
        Some(lines) => replace_lines(desk, id, lines),
        None => Ok(()),
    }
}

fn header(
    desk: &Desk<'_>,
    mut card: ReceivedInOrderInfoClass,
    info: &InOrderInfoClass,
) -> Result<ReceivedInOrderInfoClass, Refused> {
    take!(info => card;
        goods_owner_order_number, supplier_order_number, goods_owner_reference, batch_number, reference_number, in_date,
        order_date, batch_date, container, way_of_delivery, invoice_number, free_text1, free_text2, free_text3,
        free_text4, free_text5, in_order_free_decimal1, in_order_free_decimal2, customs_declared_date);
    if info.order_remark.is_some() {
        card.comment.clone_from(&info.order_remark);
    }
    card.in_order_is_return_type = info.in_order_is_return_type.unwrap_or(card.in_order_is_return_type);
    if let Some(wanted) = &info.in_order_type {
        let by = given!(wanted.in_order_type_identification, InOrderTypeIdentification);
        let found = db::code_table::resolve(
            desk,
            &RequestedCode {
                kind: "in-order type",
                operation: given!(wanted.in_order_type_operation, InOrderTypeOperation).as_str(),
                by_name: by == InOrderTypeIdentification::InOrderTypeName,
                code: wanted.in_order_type_code.as_deref(),
                name: wanted.in_order_type_name.as_deref(),
            },
        )?
        .unwrap_or_default();
        (card.in_order_type_code, card.in_order_type_name) = (found.code, found.name);
    }
    if let Some(wanted) = &info.way_of_delivery_type {
        let found = db::code_table::way_of_delivery(desk, wanted)?;
        (card.way_of_delivery_type_code, card.way_of_delivery_type_name) = (found.code, found.name);
    }
    Ok(card)
}

// ---- lines -----------------------------------------------------------------------------------------------------

/// Replaces the lines by those of the request. Existing lines keep their id; lines that are not named are removed.
fn replace_lines(desk: &Desk<'_>, order: i32, lines: &[InOrderLine]) -> Result<(), Refused> {
    let known: Vec<ExistingLine> = desk
        .prepare_cached("SELECT id, external_code, article FROM in_order_line WHERE in_order = ?1")?
        .query_map([order], |row| {
            Ok(ExistingLine { id: row.get(0)?, code: row.get(1)?, article: row.get(2)? })
        })?
        .collect::<Result<_, _>>()?;
    let named = lines.iter().map(|line| named(desk, line)).collect::<Result<Vec<_>, _>>()?;
    let plan = line_match::plan(desk, &named, &known)?;
    for gone in known.iter().filter(|known| !plan.iter().any(|line| line.known == Some(known.id))) {
        desk.execute("DELETE FROM in_order_line WHERE id = ?1", [gone.id])?;
        article::touch(desk, gone.article)?;
    }
    for (position, planned) in plan.iter().enumerate() {
        let position = i32::try_from(position).unwrap_or(i32::MAX);
        let article = named[planned.index].article;
        write_line(desk, (order, position), planned, article, &lines[planned.index])?;
    }
    Ok(())
}

fn named<'a>(desk: &Desk<'_>, line: &'a InOrderLine) -> Result<line_match::RequestedLine<'a>, Refused> {
    check_quantity("NumberOfItems", line.number_of_items)?;
    // A line may contain its article.
    let article = match &line.article_def {
        Some(definition) => article::save(desk, definition, 0)?,
        None => article::must_find(
            desk,
            &ArticleNames {
                by: given!(line.article_identification, ArticleIdentificationType),
                system_id: line.article_system_id,
                number: line.article_number.as_deref(),
                product_code: line.product_code.as_deref(),
                name: line.article_name.as_deref(),
            },
        )?,
    };
    Ok(line_match::RequestedLine {
        by: given!(line.order_line_identification, OrderLineIdentificationType),
        code: line.external_order_line_code.as_deref().or(line.external_order_line_id.as_deref()),
        system_id: line.order_line_system_id,
        article,
        number_of_items: line.number_of_items,
        shown: line.article_number.as_deref().unwrap_or_default(),
    })
}

fn write_line(
    desk: &Desk<'_>,
    (order, position): (i32, i32),
    planned: &line_match::Match,
    article: i32,
    line: &InOrderLine,
) -> Result<(), Refused> {
    let mut card = ReceivedInOrderLine {
        in_date: line.indate,
        comment: line.order_line_comment.clone(),
        ..ReceivedInOrderLine::default()
    };
    take!(line => card;
        external_order_line_id, supplier_number_of_items, row_price, currency_code, invoice_number, row_batch_no,
        in_order_line_free_text1, in_order_line_free_text2);
    let mut items: Vec<serde_json::Value> = line.items.iter().flatten().map(to_json).collect();
    if let (true, Some(batch)) = (items.is_empty(), &line.row_batch_no) {
        items.push(serde_json::json!({ "Batch": batch }));
    }
    let code = line.external_order_line_code.as_ref().or(line.external_order_line_id.as_ref());
    let (card, items) = (to_json(&card).to_string(), serde_json::Value::Array(items).to_string());
    let advised = planned.number_of_items.to_string();
    match planned.known {
        Some(id) => desk.execute(
            "UPDATE in_order_line SET position = ?2, external_code = coalesce(?3, external_code), article = ?4,
             advised = ?5, card = ?6, items = ?7 WHERE id = ?1",
            params![id, position, code, article, advised, card, items],
        )?,
        None => desk.execute(
            "INSERT INTO in_order_line (in_order, position, external_code, article, advised, card, items)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![order, position, code, article, advised, card, items],
        )?,
    };
    Ok(())
}
