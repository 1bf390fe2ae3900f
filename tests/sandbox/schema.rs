//! Files of other versions of the schema.

use std::path::{Path, PathBuf};

use ongoing_wms::api::{ArticleKindEnum, ShipmentFilters};
use ongoing_wms::sandbox::Sandbox;
use rusqlite::Connection;

use crate::{client, order, quantities, status};

/// What version 2 left behind: an announcement of 20, an order of 1, one of 2 that left the warehouse, one of 3 that was
/// cancelled.
const VERSION_2: &str = include_str!("../../fixtures/sandbox/version-2.sql");

fn file(folder: &Path, version: i32) -> PathBuf {
    let file = folder.join("warehouse.db");
    let db = Connection::open(&file).unwrap();
    db.execute_batch(VERSION_2).unwrap();
    db.pragma_update(None, "user_version", version).unwrap();
    file
}

fn version(file: &Path) -> i32 {
    let db = Connection::open(file).unwrap();
    db.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
}

#[test]
fn an_older_file_is_brought_up() {
    let folder = tempfile::tempdir().unwrap();
    let file = file(folder.path(), 2);
    for opened in 0..2 {
        let sandbox = Sandbox::builder().database(&file).start().unwrap();
        let client = client(&sandbox);
        assert_eq!(["O-1", "O-2", "O-3"].map(|number| status(&client, number)), [300, 500, 1000]);
        if opened == 0 {
            assert_eq!(quantities(&client, "MUG"), [0, 1, 0, -1, 20, 0]);
            sandbox.receive("IN-1").unwrap();
            client.process_order(order("O-4", &[("MUG", 4)])).unwrap();
            sandbox.pick("O-4").unwrap();
        }
        assert_eq!(quantities(&client, "MUG"), [16, 1, 0, 15, 0, 4]);
        drop(sandbox);
        assert_eq!(version(&file), 5);
    }
}

/// What earlier versions wrote down of a thing may have members that the contract no longer has.
#[test]
fn cards_of_earlier_contracts_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let file = file(folder.path(), 2);
    Connection::open(&file)
        .unwrap()
        .execute_batch(
            r#"UPDATE order_line SET card = json_set(card, '$.ReportedReturnedNumberOfItems', '1.5');
            INSERT INTO shipment (owner, status, card) VALUES (1, 300, '{ "ShipmentHeader": { "ShipmentId": 0,
            "ShipmentStatusId": 300, "ShipmentComment": "old" }, "ShipmentContainerItems": [{ "PalletIndex": 3,
            "ShipmentPalletItemComment": "x", "PalletItemId": 7 }] }');"#,
        )
        .unwrap();
    let sandbox = Sandbox::builder().database(&file).start().unwrap();
    let client = client(&sandbox);
    let line = crate::read_order(&client, "O-1").picked_order_lines.unwrap().remove(0);
    assert_eq!(line.reported_returned_number_of_items, "1.5".parse().ok());
    let article = line.article.unwrap();
    assert_eq!(article.article_kind, ArticleKindEnum::Stock);
    let shipment =
        client.get_shipments_by_query(ShipmentFilters::default()).unwrap().shipments.unwrap().remove(0);
    assert_eq!(shipment.shipment_header.unwrap().shipment_comment.as_deref(), Some("old"));
    assert_eq!(shipment.shipment_container_items.unwrap()[0].pallet_item_id, 7);
}

#[test]
fn the_same_as_a_new_one() {
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let older = file(folders[0].path(), 2);
    let new = folders[1].path().join("warehouse.db");
    let [older, new] = [older, new].map(|file| {
        drop(Sandbox::builder().database(&file).start().unwrap());
        let db = Connection::open(&file).unwrap();
        let mut statement = db.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name").unwrap();
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        rows.collect::<Result<Vec<(String, Option<String>)>, _>>().unwrap()
    });
    assert_eq!(older, new);
}

#[test]
fn a_file_of_a_version_that_nobody_knows() {
    let folder = tempfile::tempdir().unwrap();
    for unknown in [1, 6] {
        let file = file(folder.path(), unknown);
        let error = Sandbox::builder().database(&file).start().unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "the sandbox's database: the file has version {unknown} of the sandbox's schema, this program knows 2 \
                 to 5: open it with the program that wrote it, or begin a new file"
            )
        );
        assert_eq!(version(&file), unknown);
        std::fs::remove_file(file).unwrap();
    }
}
