//! Invoices for the warehouse's work.

use ongoing_wms::Client;
use ongoing_wms::api::*;

use crate::stock::now;
use crate::{fault, order, refusal, start, stock};

fn ids(client: &Client, query: GetInvoicesQuery) -> Vec<i32> {
    let invoices = client.get_invoices(query).unwrap().invoices.unwrap();
    invoices.into_iter().map(|invoice| invoice.invoice_id).collect()
}

fn change(id: i32) -> GoodsOwnerInvoice {
    GoodsOwnerInvoice {
        invoice_id: id,
        ..GoodsOwnerInvoice::new(
            GoodsOwnerInvoiceIdentification::InvoiceId,
            GoodsOwnerInvoiceOperation::Update,
        )
    }
}

#[test]
fn work_is_invoiced_and_exported() {
    let (sandbox, client) = start();
    stock(&sandbox, &client, &[("A", 9)]);
    for (number, items) in [("O1", 3), ("O2", 2), ("O3", 1)] {
        client.process_order(order(number, &[("A", items)])).unwrap();
    }
    sandbox.pick("O1").unwrap();
    sandbox.pick("O2").unwrap();
    assert!(sandbox.invoice(&[], 2.into()).is_err() && sandbox.invoice(&["O1", "O3"], 2.into()).is_err());
    let first = sandbox.invoice(&["O1", "O2"], 2.into()).unwrap();
    let between = Some(now(&client));
    let second = sandbox.invoice(&["O2"], 5.into()).unwrap();
    let all = GetInvoicesQuery::default;
    let with_rows = GetInvoicesQuery { get_invoice_rows: true, ..all() };
    let read = client.get_invoices(with_rows).unwrap().invoices.unwrap().remove(0);
    assert_eq!((read.invoice_id, read.invoice_amount), (first, 10.into()));
    let rows = read.invoice_rows.unwrap();
    assert_eq!((rows[0].unit_price, rows[0].order_number.as_deref()), (2.into(), Some("O1")));

    client.process_invoice(GoodsOwnerInvoice { is_exported: Some(true), ..change(first) }).unwrap();
    for (query, expected) in [
        (all(), vec![first, second]),
        (GetInvoicesQuery { invoice_date_from: between, ..all() }, vec![second]),
        (GetInvoicesQuery { invoice_date_to: between, ..all() }, vec![first]),
        (GetInvoicesQuery { get_invoice_id: Some(vec![second]), ..all() }, vec![second]),
        (GetInvoicesQuery { is_exported: Some(true), ..all() }, vec![first]),
        (GetInvoicesQuery { is_exported: Some(false), ..all() }, vec![second]),
    ] {
        assert_eq!(ids(&client, query.clone()), expected, "{query:?}");
    }
    let newer = |query| client.get_invoices_by_query(query).unwrap().invoices.unwrap();
    let all = GetInvoicesQueryV2::default;
    let exported =
        newer(GetInvoicesQueryV2 { invoice_exported_date_from: between, get_invoice_rows: true, ..all() });
    assert_eq!((exported.len(), exported[0].invoice_id, exported[0].invoice_amount), (1, first, 10.into()));
    let charge = &exported[0].invoice_charges.as_ref().unwrap()[0];
    assert_eq!(charge.order_context.as_ref().unwrap().order_number.as_deref(), Some("O1"));
    assert!(newer(GetInvoicesQueryV2 { invoice_exported_date_to: between, ..all() }).is_empty());
    assert_eq!(newer(GetInvoicesQueryV2 { is_exported: Some(false), ..all() }).len(), 1);
    assert_eq!(newer(GetInvoicesQueryV2 { invoice_ids: Some(vec![second]), ..all() }).len(), 1);
    assert!(fault(client.call(GetInvoices { query: None })).1.ends_with("query is missing"));
    let page = GetInvoicesQueryV2 { max_invoices_to_get: Some(1), invoice_id_from: Some(second), ..all() };
    assert_eq!(newer(page)[0].invoice_id, second);
    assert_eq!(refusal(client.call(GetInvoicesByQuery { query: None })), "query is missing");
}

#[test]
fn rows_change_until_export() {
    let (sandbox, client) = start();
    stock(&sandbox, &client, &[("A", 9)]);
    client.process_order(order("O", &[("A", 3)])).unwrap();
    sandbox.pick("O").unwrap();
    let id = sandbox.invoice(&["O"], 2.into()).unwrap();
    let row =
        |row| GoodsOwnerInvoiceRow { invoice_row_id: row, ..GoodsOwnerInvoiceRow::new(9.into(), 3.into()) };
    let with = |row| GoodsOwnerInvoice { invoice_rows: Some(vec![row]), ..change(id) };
    client.process_invoice(with(row(1))).unwrap();
    client.process_invoice(with(row(0))).unwrap();
    let read = client.get_invoices(GetInvoicesQuery::default()).unwrap().invoices.unwrap().remove(0);
    assert_eq!(read.invoice_amount, 18.into());
    assert_eq!(refusal(client.process_invoice(with(row(7)))), "The invoice has no row 7");
    assert_eq!(refusal(client.process_invoice(change(9))), "Invoice 9 was not found");
    client.process_invoice(GoodsOwnerInvoice { is_exported: Some(true), ..change(id) }).unwrap();
    let late = refusal(client.process_invoice(with(row(1))));
    assert_eq!(late, "Invoice 1 is exported: its rows can no longer be changed");
}
