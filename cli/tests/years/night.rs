//! A night's work with the command, whatever year's contract it is built from, against the one sandbox.
//!
//! What each year has and lacks is the table of `docs/contracts.md`; the column of the contract at hand is compared.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;

use ongoing_wms::batch::Kind;
use ongoing_wms::batch::pull::Source;
use ongoing_wms::dynamic;
use ongoing_wms::sandbox::Sandbox;
use serde_json::Value;

/// Kinds of records, each with one.
const RECORDS: &[(&str, &str)] = &[
    ("articles", r#"{"ArticleNumber": "Y-1", "ArticleName": "Year", "Weight": "1.5"}"#),
    ("customers", r#"{"CustomerNumber": "C-9", "Name": "Bo Ek", "Address": "Torget 1", "City": "Lund"}"#),
    (
        "orders",
        r#"{"OrderInfo": {"GoodsOwnerOrderNumber": "Y-1001", "DeliveryDate": "2026-12-01"},
            "Customer": {"CustomerNumber": "C-9", "Name": "Bo Ek"},
            "CustomerOrderLines": [{"ExternalOrderLineCode": "1", "ArticleNumber": "MUG-RED", "NumberOfItems": 2}]}"#,
    ),
    (
        "in-orders",
        r#"{"InOrderInfo": {"GoodsOwnerOrderNumber": "Y-501", "InDate": "2026-12-01"},
            "InOrderLines": [{"ExternalOrderLineCode": "1", "ArticleNumber": "BOWL-OAK", "NumberOfItems": 3}]}"#,
    ),
    (
        "return-orders",
        r#"{"ReturnOrderNumber": "Y-R", "CustomerOrderNumber": "1001", "ReturnOrderLines": [
            {"ArticleNumber": "TEA-EARL", "ToBeReturnedNumberOfItems": 1}]}"#,
    ),
    (
        "production-orders",
        r#"{"ProductionOrderNumber": "Y-P", "ProductionOrderLines": [
            {"ProductionOrderLineNumber": "1", "ArticleNumber": "SET-GIFT", "ToProduceNumberOfItems": 2}]}"#,
    ),
    (
        "shipments",
        r#"{"ShipmentHeader": {"ShipmentOrderNumber": "Y-S", "ShipmentComment": "by sea"},
            "ShipmentContainerItems": [{"LabelId": "Y-L", "NumberOfItems": 1}]}"#,
    ),
    (
        "goods-operation-orders",
        r#"{"GoodsOperationOrderNumber": "Y-G", "GoodsOperationOrderLines": [
            {"GoodsOperationOrderLineNumber": "1", "ArticleNumber": "MUG-BLUE", "NumberOfItems": 1,
             "ToArticleItemStatus": {"Operation": "CreateOrUpdate", "ArticleItemStatusCode": "DAMAGED"}}]}"#,
    ),
];

/// Queries, how many rows each gives after the night's work, and filters that some insist on.
const ROWS: &[(&str, usize, &[&str])] = &[
    ("GetArticleCategories", 0, &[]),
    ("GetArticleClasses", 0, &[]),
    ("GetArticleGroups", 0, &[]),
    ("GetArticleItemChanges", 0, &["MaxChangesToGet=1000"]),
    ("GetArticleMaterials", 0, &[]),
    ("GetFileList", 1, &["OrderNumber=Y-1001"]),
    ("GetGoodsOperationOrdersByQuery", 1, &[]),
    ("GetGoodsStatusInventory", 10, &["GoodsStatusInventoryType=GoodsInWarehouse"]),
    ("GetHistoricalInventoryByQuery", 8, &["StockDate=2100-01-01", "OutboundDateType=PickingTime"]),
    ("GetInOrderStatusReports", 4, &[]),
    ("GetInOrderStatuses", 6, &[]),
    ("GetInOrdersByQuery", 4, &[]),
    ("GetInboundShipmentsByQuery", 0, &[]),
    ("GetInboundTransactionsByQuery", 10, &["InboundTransactionTypesToGet=All"]),
    ("GetInventory", 10, &[]),
    ("GetInventoryByQuery", 10, &[]),
    ("GetInventoryChanges", 1, &[]),
    ("GetInventoryItems", 8, &[]),
    ("GetInventoryPerWarehouse", 10, &[]),
    ("GetInvoices", 1, &[]),
    ("GetInvoicesByQuery", 1, &[]),
    ("GetMovementsByQuery", 0, &["MoveTimeFrom=2020-01-01"]),
    ("GetOrderStatusReports", 8, &[]),
    ("GetOrderStatuses", 9, &[]),
    ("GetOrdersByQuery", 8, &[]),
    ("GetOrdersPickabilityByQuery", 4, &[]),
    ("GetProductionArticlesByQuery", 1, &[]),
    ("GetProductionOrdersByQuery", 2, &[]),
    ("GetReceivedTagsByQuery", 2, &["InOrderId=4"]),
    ("GetReturnOrdersByQuery", 2, &[]),
    ("GetShipmentsByQuery", 1, &[]),
    ("GetTransporterContracts", 3, &[]),
    ("GetTripsByQuery", 0, &[]),
    ("GetWarehouseTransferOrderByQuery", 0, &[]),
];

/// Reports, an operation without which a contract does not have one, one without which it cannot be acknowledged, and
/// how many lines it has after the night's work.
const REPORTS: &[(&str, &str, &str, usize)] = &[
    ("orders", "GetOrdersByQuery", "UpdateOrderLines", 6),
    // Newer than 2017, as this operation is.
    ("return-orders", "GetGoodsOperationOrdersByQuery", "UpdateOrderLines", 1),
    ("in-orders", "GetInOrdersByQuery", "UpdateInOrderLines", 8),
    ("production-orders", "UpdateProductionOrderLines", "UpdateProductionOrderLines", 1),
    ("inventory-changes", "GetInventoryChanges", "SetInventoryChangesToReported", 1),
];

/// A seeded warehouse, and the command in a folder of its own.
struct Shop {
    sandbox: Sandbox,
    folder: tempfile::TempDir,
}

struct Ran {
    code: Option<i32>,
    out: String,
    errors: String,
}

impl Shop {
    fn open() -> Shop {
        let sandbox = Sandbox::builder().seed_data().password("open-sesame").start().unwrap();
        Shop { sandbox, folder: tempfile::tempdir().unwrap() }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let output = Command::new(env!("CARGO_BIN_EXE_ongoing"))
            .args(arguments)
            .current_dir(self.folder.path())
            .env("ONGOING_URL", self.sandbox.url())
            .env("ONGOING_USERNAME", "demo")
            .env("ONGOING_PASSWORD", "open-sesame")
            .env("ONGOING_GOODS_OWNER_CODE", "DEMO")
            .env("ONGOING_GOODS_OWNER_ID", "1")
            .env("ONGOING_CONFIG", "")
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Ran { code: output.status.code(), out: text(output.stdout), errors: text(output.stderr) }
    }

    #[track_caller]
    fn done(&self, arguments: &[&str]) -> String {
        let ran = self.run(arguments);
        assert_eq!(ran.code, Some(0), "{arguments:?}: {}", ran.errors);
        ran.out
    }

    /// Whether the command does what is asked; what it cannot, because the contract lacks `name`, it must say.
    #[track_caller]
    fn has(&self, is_there: bool, name: &str, arguments: &[&str]) -> bool {
        let ran = self.run(arguments);
        match is_there {
            true => assert_eq!(ran.code, Some(0), "{arguments:?}: {}", ran.errors),
            false => {
                assert_eq!(ran.code, Some(2), "{arguments:?}: {}", ran.errors);
                assert!(ran.errors.contains(name), "{arguments:?} does not name {name}: {}", ran.errors);
            }
        }
        is_there
    }

    fn rows(&self, file: &str) -> Vec<Value> {
        let text = fs::read_to_string(self.file(file)).unwrap();
        text.lines().map(|line| serde_json::from_str(line).expect(line)).collect()
    }
}

#[test]
fn a_night_with_the_contract_at_hand() {
    let shop = Shop::open();
    let mut table: Vec<(String, bool)> = vec![("demo".to_owned(), shop.has(true, "", &["demo"]))];
    for (kind, record) in RECORDS {
        table.push((format!("push {kind}"), push(&shop, kind, record)));
    }
    work(&shop);
    let mut wrong = Vec::new();
    for source in ROWS {
        table.push((format!("pull {}", source.0), pull(&shop, *source, &mut wrong)));
    }
    let listed = |source: &Source| ROWS.iter().any(|(name, ..)| *name == source.operation().name);
    assert_eq!(Source::all().iter().find(|source| !listed(source)).map(Source::name), None);
    for report in REPORTS {
        let [read, acknowledged] = reported(&shop, *report, &mut wrong);
        table.push((format!("report {}", report.0), read));
        table.push((format!("report ack ({})", report.0), acknowledged));
    }
    assert_eq!(wrong, [""; 0]);
    let last_sync = ["pull", "orders", "--since", "last-sync", "--out", "sync.jsonl"];
    let has_time = dynamic::find("GetSystemInfo").is_some();
    table.push(("pull --since last-sync".to_owned(), shop.has(has_time, "GetSystemInfo", &last_sync)));
    documented(&table);
}

/// Pushes a record twice: it is done, and then it was.
fn push(shop: &Shop, kind: &str, record: &str) -> bool {
    let file = format!("{kind}.jsonl");
    fs::write(shop.file(&file), record.replace('\n', " ")).unwrap();
    let known = Kind::find(kind).unwrap();
    for _ in 0..2 {
        shop.has(known.operation().is_some(), known.operation, &["push", kind, &file]);
    }
    known.operation().is_some()
}

/// The production order of [`RECORDS`], as a program of another year sends it.
const PRODUCTION_ORDER: &str = "<ProductionOrder><ProductionOrderIdentification>ProductionOrderNumber\
    </ProductionOrderIdentification><ProductionOrderNumber>Y-P</ProductionOrderNumber><ProductionOrderLines>\
    <ProductionOrderLine><ProductionOrderLineIdentification>ProductionOrderLineNumber\
    </ProductionOrderLineIdentification><ToProduceNumberOfItems>2</ToProduceNumberOfItems>\
    <ArticleNumber>SET-GIFT</ArticleNumber><ProductionOrderLineNumber>1</ProductionOrderLineNumber>\
    </ProductionOrderLine></ProductionOrderLines><ProductionOrderOperation>CreateOrUpdate\
    </ProductionOrderOperation></ProductionOrder>";

/// Sends XML written by hand.
fn post(shop: &Shop, operation: &str, payload: &str) {
    let body = format!(
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>\
         <{operation} xmlns=\"http://ongoingsystems.se/WSI\"><GoodsOwnerCode>DEMO</GoodsOwnerCode>\
         <UserName>demo</UserName><Password>open-sesame</Password>{payload}</{operation}></s:Body></s:Envelope>"
    );
    let url = shop.sandbox.url().strip_prefix("http://").unwrap();
    let (host, path) = url.split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(
        stream,
        "POST /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Type: text/xml; charset=utf-8\r\n\
         SOAPAction: \"http://ongoingsystems.se/WSI/{operation}\"\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.contains("<Success>true</Success>"), "{answer}");
}

/// What the warehouse does with it.
fn work(shop: &Shop) {
    let has = |operation: &str| dynamic::find(operation).is_some();
    shop.sandbox.receive("Y-501").unwrap();
    shop.sandbox.tag("Y-501", "1", &["TAG-1", "TAG-2"]).unwrap();
    shop.sandbox.pick("Y-1001").unwrap();
    shop.sandbox.ship("Y-1001", "TRACK-1").unwrap();
    shop.sandbox.invoice(&["Y-1001"], 5.into()).unwrap();
    shop.sandbox.count("MUG-RED", 100.into(), "counted").unwrap();
    if has("ProcessReturnOrder") {
        shop.sandbox.take_back("Y-R").unwrap();
    }
    if !has("ProcessProductionOrder") {
        post(shop, "ProcessProductionOrder", PRODUCTION_ORDER);
    }
    shop.sandbox.produce("Y-P").unwrap();
    fs::write(shop.file("note.txt"), "packed by Bo").unwrap();
    shop.done(&["files", "put", "--order", "Y-1001", "note.txt"]);
}

fn pull(shop: &Shop, (operation, rows, filters): (&str, usize, &[&str]), wrong: &mut Vec<String>) -> bool {
    let file = format!("{operation}.rows");
    let mut arguments = vec!["pull", operation, "--out", &file];
    filters.iter().for_each(|filter| arguments.extend(["--filter", filter]));
    let is_there = shop.has(Source::find(operation).is_some(), operation, &arguments);
    if is_there {
        let pulled = shop.rows(&file);
        assert!(pulled.iter().all(says), "{operation}: a blank row in {pulled:?}");
        if pulled.len() != rows {
            wrong.push(format!("{operation}: {} rows, not {rows}", pulled.len()));
        }
    }
    is_there
}

/// Whether there is anything in a row.
fn says(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::Bool(true) => true,
        Value::Number(number) => number.as_i64() != Some(0),
        Value::String(text) => !matches!(text.as_str(), "" | "0" | "0001-01-01T00:00:00"),
        Value::Array(items) => items.iter().any(says),
        Value::Object(members) => members.values().any(says),
    }
}

/// Reads a report, acknowledges it, and reads it again: nothing is left.
fn reported(
    shop: &Shop,
    (kind, query, update, lines): (&str, &str, &str, usize),
    wrong: &mut Vec<String>,
) -> [bool; 2] {
    let has = |operation: &str| dynamic::find(operation).is_some();
    let file = format!("{kind}.report");
    if !shop.has(has(query), "this program's contract has no ", &["report", kind, "--out", &file]) {
        return [false; 2];
    }
    let read = shop.rows(&file).len();
    if read != lines {
        wrong.push(format!("report {kind}: {read} lines, not {lines}"));
    }
    if !shop.has(has(update), update, &["report", "ack", &file]) {
        return [true, false];
    }
    shop.done(&["report", kind, "--out", &file]);
    assert_eq!(shop.rows(&file), [Value::Null; 0], "{kind}");
    [true; 2]
}

/// Compares the column of the year to the table of the documentation. A mismatch writes the new table and fails.
fn documented(table: &[(String, bool)]) {
    let year = option_env!("ONGOING_WSDL").filter(|path| !path.is_empty()).map(Path::new);
    let year = year.map_or("ours", |path| path.file_stem().unwrap().to_str().unwrap());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/contracts.md");
    let text = fs::read_to_string(&path).unwrap();
    let cells = |line: &str| line.split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let (before, rest) = text.split_once("<!-- runs with -->\n").unwrap();
    let (old, after) = rest.split_once("<!-- end -->").unwrap();
    let heads = cells(old.lines().next().unwrap());
    let Some(column) = heads.iter().position(|head| head == year) else { return };
    let mut new: String = old.lines().take(2).map(|line| format!("{line}\n")).collect();
    for (name, runs) in table {
        let name = format!("`{name}`");
        let row = old.lines().map(cells).find(|row| row.get(1) == Some(&name));
        let mut row = row.unwrap_or_else(|| {
            let mut row = vec![String::new(); heads.len()];
            row[1] = name;
            row
        });
        row[column] = if *runs { "yes" } else { "n/a" }.to_owned();
        new.push_str(&format!("| {} |\n", row[1..row.len() - 1].join(" | ")));
    }
    if new != old {
        if std::env::var_os("CI").is_none() {
            fs::write(&path, format!("{before}<!-- runs with -->\n{new}<!-- end -->{after}")).unwrap();
        }
        panic!("{} differs for {year}; the new text is written, read it", path.display());
    }
}
