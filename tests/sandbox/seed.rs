//! Goods and orders to begin with.

use ongoing_wms::api::*;
use ongoing_wms::sandbox::Sandbox;

use crate::{article, client, quantities, status};

#[test]
fn a_small_warehouse_in_which_everything_fits() {
    let sandbox = Sandbox::builder().seed_data().start().unwrap();
    let client = client(&sandbox);
    let statuses =
        ["1001", "1002", "1003", "1004", "1005", "1006", "1007"].map(|number| status(&client, number));
    assert_eq!(statuses, [500, 450, 400, 320, 300, 300, 200]);
    // Physical, booked, allocated, sellable, to receive, picked to be collected.
    assert_eq!(quantities(&client, "MUG-BLUE"), [56, 1, 1, 55, 60, 24]);
    assert_eq!(quantities(&client, "BOWL-OAK"), [20, 41, 1, -21, 48, 4]);
    assert_eq!(quantities(&client, "TEA-ROOIBOS"), [35, 12, 0, 23, 25, 0]);
    let statuses: Vec<i64> = sandbox
        .rows("in-orders")
        .unwrap()
        .iter()
        .map(|order| order["InOrderStatusNumber"].as_i64().unwrap())
        .collect();
    assert_eq!(statuses, [500, 300, 100]);
    let returns = client.get_return_orders_by_query(GetReturnOrdersQuery::default()).unwrap();
    assert_eq!(returns.return_orders.unwrap()[0].order_number.as_deref(), Some("1001"));
    let contracts = client.get_transporter_contracts().unwrap().transporter_contracts.unwrap();
    assert!(contracts.iter().any(|contract| contract.transporter_code.as_deref() == Some("SWIFT")));
    // All of it can be worked on.
    sandbox.receive("PO-503").unwrap();
    sandbox.pick("1006").unwrap();
    sandbox.take_back("R-1").unwrap();
    sandbox.produce("P-1").unwrap();
    assert_eq!(quantities(&client, "SET-GIFT")[0], 10);
}

#[test]
fn only_into_an_empty_warehouse() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("warehouse.db");
    let open = || Sandbox::builder().database(&file).seed_data().start().unwrap();
    let count = |sandbox: &Sandbox| sandbox.rows("articles").unwrap().len();
    // Somebody's own article is there first.
    let sandbox = Sandbox::builder().database(&file).start().unwrap();
    client(&sandbox).process_article(article("OWN")).unwrap();
    drop(sandbox);
    assert_eq!(count(&open()), 1);
    std::fs::remove_file(&file).unwrap();
    let full = count(&open());
    assert!(full > 5, "{full}");
    assert_eq!(count(&open()), full);
}
