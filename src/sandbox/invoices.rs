//! Invoices for the work of the warehouse.
//!
//! An exported invoice has been booked: its rows no longer change.

use rusqlite::{OptionalExtension as _, Row, params};
use rust_decimal::Decimal;

use super::contract::*;
use super::find::{self, FoundThing};
use super::refused::Refused;
use crate::sandbox::db::condition::Condition;
use crate::sandbox::db::desk::Desk;
use crate::sandbox::db::sql_value::{moment, quantity, set_moment, sum, time};
use crate::sandbox::db::typed_rows;
use crate::sandbox::work_error::WorkError;
use crate::xml::Xml as _;

/// Creates an invoice for the handling of orders.
pub(crate) fn make(desk: &Desk<'_>, orders: &[&str], price_per_item: Decimal) -> Result<i32, WorkError> {
    let mut invoice: Option<(i32, i32)> = None;
    for number in orders {
        let FoundThing { id: order, owner, .. } = find::ORDER.find(desk, number)?;
        let picked = sum(desk, "SELECT picked FROM order_line WHERE customer_order = ?1 AND moves", order)?;
        if picked.is_zero() {
            return Err(WorkError::Rule(format!("nothing of order \"{number}\" was picked")));
        }
        let id = match invoice {
            Some((id, same)) if same == owner => id,
            Some(_) => return Err(WorkError::Ambiguous((*number).to_owned())),
            None => desk.query_row(
                "INSERT INTO invoice (owner, title, date) VALUES (?1, 'Handling', ?2) RETURNING id",
                (owner, desk.stamp()),
                |row| row.get(0),
            )?,
        };
        invoice = Some((id, owner));
        desk.execute(
            "INSERT INTO invoice_row (invoice, customer_order, price, number, action_date, article_code, article_title)
             VALUES (?1, ?2, ?3, ?4, ?5, 'PICK', 'Picking')",
            params![
                id,
                order,
                (picked * price_per_item).normalize().to_string(),
                picked.normalize().to_string(),
                desk.stamp()
            ],
        )?;
    }
    let (id, _) = invoice.ok_or_else(|| WorkError::Rule("an invoice needs an order".to_owned()))?;
    desk.execute("UPDATE invoice SET number = 'F' || id WHERE id = ?1", [id])?;
    Ok(id)
}

/// Invoices of all goods owners, since the operation names none.
pub(crate) fn all(desk: &Desk<'_>, request: GetInvoices) -> Result<GetInvoicesResult, Refused> {
    let query = request.query.ok_or_else(|| Refused::missing("query"))?;
    let mut filter = Condition::new();
    filter.and_if("date >= ?", query.invoice_date_from.map(moment));
    filter.and_if("date <= ?", query.invoice_date_to.map(moment));
    filter.one_of("invoice.id", query.get_invoice_id.as_deref());
    filter.and_if("(exported IS NOT NULL) = ?", query.is_exported);
    filter.and_if("exported >= ?", query.invoice_exported_date_from.map(moment));
    filter.and_if("exported <= ?", query.invoice_exported_date_to.map(moment));
    let sql = format!(
        "SELECT invoice.id, invoice.number, title, date, period_start, period_end, exported IS NOT NULL,
         your_order_number, your_reference, owner, code FROM invoice JOIN goods_owner ON goods_owner.id = owner
         {} ORDER BY invoice.id",
        filter.sql()
    );
    let mut statement = desk.prepare(&sql)?;
    let mut rows = statement.query(filter.values())?;
    let mut invoices = Vec::new();
    while let Some(row) = rows.next()? {
        let invoice = read(desk, row)?;
        let rows = if query.get_invoice_rows { Some(rows_of(desk, invoice.invoice_id)?) } else { None };
        invoices.push(Invoice { invoice_rows: rows, ..invoice });
    }
    Ok(GetInvoicesResult { invoices: Some(invoices) })
}

fn read(desk: &Desk<'_>, row: &Row<'_>) -> Result<Invoice, Refused> {
    let id = row.get(0)?;
    let at = |column: usize| row.get::<_, Option<String>>(column).map(|text| text.as_deref().map(time));
    Ok(Invoice {
        invoice_id: id,
        invoice_number: row.get(1)?,
        title: row.get(2)?,
        invoice_date: time(&row.get::<_, String>(3)?),
        invoice_period_start: at(4)?,
        invoice_period_end: at(5)?,
        is_exported: row.get(6)?,
        invoice_your_order_number: row.get(7)?,
        invoice_your_reference: row.get(8)?,
        invoice_amount: sum(desk, "SELECT price FROM invoice_row WHERE invoice = ?1", id)?,
        goods_owner: Some(InvoiceGoodsOwnerInfo {
            goods_owner_identification: GoodsOwnerIdentificationType::GoodsOwnerCode,
            goods_owner_id: row.get(9)?,
            goods_owner_code: row.get(10)?,
            ..InvoiceGoodsOwnerInfo::blank()
        }),
        ..Invoice::default()
    })
}

fn rows_of(desk: &Desk<'_>, invoice: i32) -> Result<Vec<InvoiceRow>, Refused> {
    let mut statement = desk.prepare_cached(
        "SELECT row.id, price, row.number, row.comment, container_batch, action_date, article_code, article_title,
         article_account, customer_order, orders.number, orders.reference, orders.card ->> '$.WayBill',
         orders.consignee ->> '$.Name' FROM invoice_row AS row
         LEFT JOIN customer_order AS orders ON orders.id = customer_order WHERE invoice = ?1 ORDER BY row.id",
    )?;
    let read = |row: &Row<'_>| {
        let (price, number) = (quantity(row, 1)?, quantity(row, 2)?);
        Ok(InvoiceRow {
            invoice_row_id: row.get(0)?,
            price,
            unit_price: price.checked_div(number).unwrap_or_default(),
            number_of_items: number,
            row_comment: row.get(3)?,
            container_batch: row.get(4)?,
            action_date: row.get::<_, Option<String>>(5)?.as_deref().map(time),
            invoice_article: Some(InvoiceArticle {
                code: row.get(6)?,
                title: row.get(7)?,
                account: row.get(8)?,
            }),
            order_id: row.get(9)?,
            order_number: row.get(10)?,
            order_reference_number: row.get(11)?,
            order_waybill: row.get(12)?,
            order_consignee_name: row.get(13)?,
            ..InvoiceRow::default()
        })
    };
    Ok(statement.query_map([invoice], read)?.collect::<Result<_, _>>()?)
}

pub(crate) fn by_query(desk: &Desk<'_>, request: GetInvoicesByQuery) -> Result<GetInvoicesResultV2, Refused> {
    let query = request.query.ok_or_else(|| Refused::missing("query"))?;
    let owner = desk.owner()?;
    let mut filter = Condition::new();
    filter.and("owner = ?", owner.id);
    filter.one_of("id", query.invoice_ids.as_deref());
    filter.and_if("(exported IS NOT NULL) = ?", query.is_exported);
    filter.and_if("exported >= ?", query.invoice_exported_date_from.map(moment));
    filter.and_if("exported <= ?", query.invoice_exported_date_to.map(moment));
    filter.and_if("date >= ?", query.invoice_date_from.map(moment));
    filter.and_if("date <= ?", query.invoice_date_to.map(moment));
    filter.and_if("id >= ?", query.invoice_id_from);
    let limit = query.max_invoices_to_get.map_or(-1, |most| i64::from(most.max(0)));
    let sql = format!(
        "SELECT id, owner AS \"GoodsOwner.GoodsOwnerId\",
         (SELECT code FROM goods_owner WHERE goods_owner.id = owner) AS \"GoodsOwner.GoodsOwnerCode\",
         number AS InvoiceNumber, id AS InvoiceId, title AS Title, date AS InvoiceDate,
         period_start AS InvoicePeriodStart, period_end AS InvoicePeriodEnd, exported IS NOT NULL AS IsExported,
         your_order_number AS InvoiceYourOrderNumber, your_reference AS InvoiceYourReference
         FROM invoice {} ORDER BY id LIMIT {limit}",
        filter.sql()
    );
    let mut invoices = Vec::new();
    for (id, invoice) in typed_rows::keyed::<InvoiceV2>(desk, &sql, filter.values())? {
        let charges = if query.get_invoice_rows { Some(charges(desk, id)?) } else { None };
        let invoice_amount = sum(desk, "SELECT price FROM invoice_row WHERE invoice = ?1", id)?;
        invoices.push(InvoiceV2 { invoice_charges: charges, invoice_amount, ..invoice });
    }
    Ok(GetInvoicesResultV2 { success: true, invoices: Some(invoices), ..GetInvoicesResultV2::default() })
}

/// What is charged; with an order context if it concerns an order.
fn charges(desk: &Desk<'_>, invoice: i32) -> Result<Vec<GetInvoicesChargeV2>, Refused> {
    let sql =
        "SELECT coalesce(customer_order, 0), row.id AS ChargeId, price AS Price, row.number AS NumberOfItems,
               action_date AS ActionDate, row.comment AS Comment, article_code AS \"InvoiceArticle.Code\",
               article_title AS \"InvoiceArticle.Title\", article_account AS \"InvoiceArticle.Account\",
               container_batch AS Container FROM invoice_row AS row WHERE invoice = ?1 ORDER BY row.id";
    let orders = "SELECT id, id AS OrderId, number AS OrderNumber, coalesce(delivery_date, '0001-01-01T00:00:00') AS
                  DeliveryDate, consignee ->> '$.Name' AS \"Consignee.Name\",
                  consignee ->> '$.CountryCode' AS \"Consignee.CountryCode\",
                  consignee ->> '$.PostCode' AS \"Consignee.PostCode\", reference AS ReferenceNumber,
                  card ->> '$.OrderRemark' AS Remark, card ->> '$.WayBill' AS Waybill FROM customer_order WHERE id = ?1";
    let mut charges = Vec::new();
    for (order, charge) in typed_rows::keyed::<GetInvoicesChargeV2>(desk, sql, [invoice])? {
        let order_context = match order {
            0 => None,
            order => typed_rows::all(desk, orders, [order])?.pop(),
        };
        charges.push(GetInvoicesChargeV2 { order_context, ..charge });
    }
    Ok(charges)
}

pub(crate) fn process(desk: &Desk<'_>, request: ProcessInvoice) -> Result<FileResultClass, Refused> {
    let wanted = request.goods_owner_invoice.ok_or_else(|| Refused::missing("GoodsOwnerInvoice"))?;
    let id = wanted.invoice_id;
    let sql = "SELECT exported IS NOT NULL FROM invoice WHERE id = ?1";
    let exported: Option<bool> = desk.query_row(sql, [id], |row| row.get(0)).optional()?;
    let exported = exported.ok_or_else(|| Refused::rule(format!("Invoice {id} was not found")))?;
    let rows = wanted.invoice_rows.as_deref().unwrap_or_default();
    if exported && !rows.is_empty() {
        return Err(Refused::rule(format!("Invoice {id} is exported: its rows can no longer be changed")));
    }
    let at = desk.stamp();
    desk.execute(
        "UPDATE invoice SET number = coalesce(?2, number), title = coalesce(?3, title), date = coalesce(?4, date),
         period_start = coalesce(?5, period_start), period_end = coalesce(?6, period_end),
         your_order_number = coalesce(?7, your_order_number), your_reference = coalesce(?8, your_reference),
         exported = CASE ?9 WHEN 1 THEN coalesce(exported, ?10) WHEN 0 THEN NULL ELSE exported END WHERE id = ?1",
        params![
            id,
            wanted.invoice_number,
            wanted.title,
            set_moment(wanted.invoice_date),
            set_moment(wanted.invoice_period_start),
            set_moment(wanted.invoice_period_end),
            wanted.invoice_your_order_number,
            wanted.invoice_your_reference,
            wanted.is_exported,
            at,
        ],
    )?;
    rows.iter().try_for_each(|row| save_row(desk, id, row))?;
    Ok(FileResultClass { success: true, ..FileResultClass::default() })
}

/// Changes a row, or adds one if it names none.
fn save_row(desk: &Desk<'_>, invoice: i32, row: &GoodsOwnerInvoiceRow) -> Result<(), Refused> {
    let id = match row.invoice_row_id {
        0 => desk.query_row(
            "INSERT INTO invoice_row (invoice, price, number) VALUES (?1, '0', '0') RETURNING id",
            [invoice],
            |row| row.get(0),
        )?,
        id => id,
    };
    let article = row.invoice_article.as_ref();
    let changed = desk.execute(
        "UPDATE invoice_row SET price = ?3, number = ?4, comment = coalesce(?5, comment),
         container_batch = coalesce(?6, container_batch), action_date = coalesce(?7, action_date),
         customer_order = coalesce(?8, customer_order), article_code = coalesce(?9, article_code),
         article_title = coalesce(?10, article_title), article_account = coalesce(?11, article_account)
         WHERE id = ?1 AND invoice = ?2",
        params![
            id,
            invoice,
            row.price.normalize().to_string(),
            row.number_of_items.normalize().to_string(),
            row.row_comment,
            row.container_batch,
            set_moment(row.action_date),
            row.order_id,
            article.and_then(|article| article.code.as_ref()),
            article.and_then(|article| article.title.as_ref()),
            article.and_then(|article| article.account.as_ref()),
        ],
    )?;
    match changed {
        0 => Err(Refused::rule(format!("The invoice has no row {id}"))),
        _ => Ok(()),
    }
}
