//! `ongoing pull` against a sandbox, as a process of its own.
#![cfg(own_contract)]

mod shop;

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use ongoing_wms::batch::pull::Source;
use ongoing_wms::sandbox::{Disturbance, DisturbanceKind};
use serde_json::Value;
use shop::Shop;

/// Seven orders of one article.
fn seven_orders() -> Shop {
    let shop = Shop::with_stock(&[("A", 100)]);
    for number in 1..=7 {
        shop.order(&format!("O{number}"), &[("A", 1)]);
    }
    shop
}

fn numbers(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|row| row["OrderInfo"]["GoodsOwnerOrderNumber"].as_str().unwrap()).collect()
}

#[test]
fn pages_are_the_whole() {
    let shop = seven_orders();
    let (whole, errors) = shop.done(&["pull", "orders", "--page-size", "0"]);
    assert!(errors.contains("note: orders: 7 rows, "), "{errors}");
    assert_eq!(whole.lines().count(), 7);
    for (size, calls) in [("1", 8), ("3", 4), ("7", 2), ("1000", 2)] {
        let before = shop.calls("GetOrdersByQuery");
        shop.done(&["pull", "orders", "--page-size", size, "--out", "orders.jsonl"]);
        assert_eq!(shop.read("orders.jsonl"), whole, "{size}");
        assert_eq!(shop.calls("GetOrdersByQuery") - before, calls, "{size}");
    }
    assert_eq!(shop.files(), ["orders.jsonl"]);
}

#[test]
fn every_source_can_be_pulled() {
    let shop = seven_orders();
    for source in Source::all() {
        let mut arguments = vec!["pull", source.name(), "--out", "rows.jsonl"];
        match source.name() {
            "files" => arguments.extend(["--filter", "OrderNumber=O1"]),
            "goods-status-inventory" => {
                arguments.extend(["--filter", "GoodsStatusInventoryType=UnPickedGoods"]);
            }
            "article-item-changes" => arguments.extend(["--filter", "MaxChangesToGet=100"]),
            "historical-inventory" => arguments.extend([
                "--filter",
                "StockDate=2099-01-01",
                "--filter",
                "OutboundDateType=PickingTime",
            ]),
            "movements" => arguments.extend(["--since", "1d"]),
            "received-tags" => arguments.extend(["--filter", "InOrderId=1"]),
            _ => {}
        }
        shop.done(&arguments);
        arguments[3] = "rows.csv";
        // Of some rows the contract knows no member.
        let known = source.row().is_some_and(|row| !row.members.is_empty());
        let (code, _, errors) = shop.ongoing(&arguments);
        assert_eq!(code, if known { 0 } else { 2 }, "{}: {errors}", source.name());
    }
}

#[test]
fn the_last_sync_gives_what_changed() {
    let shop = seven_orders();
    let pull = ["pull", "orders", "--since", "last-sync", "--out", "orders.jsonl"];
    let changes = [&pull[..], &["--overlap", "0s"]].concat();
    let (_, errors) = shop.done(&changes);
    assert!(errors.contains("no time is stored under `pull orders` yet"), "{errors}");
    assert_eq!(shop.lines("orders.jsonl").len(), 7);
    let stored = shop.json(&["sync", "get", "pull orders"]);
    assert!(stored.is_string(), "{stored}");

    let (_, errors) = shop.done(&changes);
    // The clock has no zone, so an hour is asked for again; what was delivered is left out.
    assert!(errors.contains("orders: 0 rows in orders.jsonl, changed since "), "{errors}");
    assert!(errors.contains(", 7 rows left out as unchanged, "), "{errors}");
    assert_eq!(shop.read("orders.jsonl"), "");
    shop.sandbox.pick("O3").unwrap();
    shop.done(&changes);
    assert_eq!(numbers(&shop.lines("orders.jsonl")), ["O3"]);

    // All of this was in the last five minutes, and so is the overlap: without the memory it comes again.
    shop.done(&pull);
    assert_eq!(shop.lines("orders.jsonl").len(), 0);
    std::fs::remove_file(shop.file("orders.jsonl.memory")).unwrap();
    shop.done(&pull);
    assert_eq!(shop.lines("orders.jsonl").len(), 7);
    // A time that was set back by hand asks for the rows again, and gets them.
    std::thread::sleep(Duration::from_millis(10));
    shop.done(&["sync", "set", "pull orders", stored.as_str().unwrap()]);
    shop.done(&pull);
    assert_eq!(shop.lines("orders.jsonl").len(), 7);
    // Another name, another time.
    shop.done(&[&changes[..], &["--integration", "shop"]].concat());
    assert_eq!(shop.lines("orders.jsonl").len(), 7);
    assert!(shop.json(&["sync", "get", "shop"]).is_string());
}

#[test]
fn a_time_or_a_span_stores_nothing() {
    let shop = seven_orders();
    let now = shop.json(&["call", "GetSystemInfo"])["SystemTime"].as_str().unwrap().to_owned();
    std::thread::sleep(Duration::from_millis(5));
    shop.sandbox.pick("O3").unwrap();
    let (out, _) = shop.done(&["pull", "orders", "--since", &now]);
    assert_eq!(out.lines().count(), 1);
    let (out, errors) = shop.done(&["pull", "orders", "--since", "1h", "-v"]);
    assert_eq!(out.lines().count(), 7);
    assert!(errors.contains("the service's clock showed 20"), "{errors}");
    assert_eq!((shop.calls("GetTimeOfLastSync"), shop.calls("SetTimeOfLastSync")), (0, 0));
}

/// A page that breaks off is taken up again, and no row comes twice.
#[test]
fn a_cut_answer_is_taken_up_again() {
    let shop = seven_orders();
    let (whole, _) = shop.done(&["pull", "orders", "--page-size", "0"]);
    shop.sandbox.disturb(Disturbance::on("GetOrdersByQuery", DisturbanceKind::CutMidAnswer).times(2));
    let arguments = ["pull", "orders", "--page-size", "5", "--out", "orders.jsonl", "--summary", "json"];
    let figures = shop.json(&arguments);
    assert_eq!(shop.read("orders.jsonl"), whole);
    assert_eq!((&figures["rows"], &figures["resumed"]), (&7.into(), &2.into()), "{figures}");
}

#[test]
fn what_fails_leaves_all_as_it_was() {
    let shop = seven_orders();
    let pull = ["pull", "orders", "--since", "last-sync", "--out", "orders.jsonl"];
    shop.done(&pull);
    let (old, time) = (shop.read("orders.jsonl"), shop.json(&["sync", "get", "pull orders"]));
    shop.sandbox.pick("O3").unwrap();
    for (kind, code) in [
        (DisturbanceKind::CutMidAnswer, 69),
        (DisturbanceKind::Garbage, 76),
        (DisturbanceKind::Fault("no".into()), 1),
        (DisturbanceKind::Html, 76),
    ] {
        shop.sandbox.disturb(Disturbance::on("GetOrdersByQuery", kind.clone()));
        let (got, _, errors) = shop.ongoing(&[&pull[..], &["--page-size", "0"]].concat());
        assert_eq!(got, code, "{kind:?}: {errors}");
        assert!(errors.contains("nothing was changed"), "{errors}");
        assert_eq!(shop.read("orders.jsonl"), old);
        assert_eq!(shop.files(), ["orders.jsonl", "orders.jsonl.memory"]);
        assert_eq!(shop.json(&["sync", "get", "pull orders"]), time);
    }
    // The rows are there, their time is not: said, and no harm but rows that come again.
    shop.sandbox.disturb(Disturbance::on("SetTimeOfLastSync", DisturbanceKind::Fault("no".into())));
    let (got, _, errors) = shop.ongoing(&[&pull[..], &["--overlap", "0s"]].concat());
    assert_eq!(got, 75, "{errors}");
    assert!(errors.contains("all rows were written, but the time was not stored"), "{errors}");
    assert_eq!(numbers(&shop.lines("orders.jsonl")), ["O3"]);
    assert_eq!(shop.json(&["sync", "get", "pull orders"]), time);
    // As it says, the rows come again: nobody may have read the file of a run that failed.
    shop.done(&pull);
    assert!(numbers(&shop.lines("orders.jsonl")).contains(&"O3"));
}

/// The time was stored, though the answer that says so was lost: the service is asked.
#[test]
fn a_time_that_arrived_is_stored() {
    let shop = seven_orders();
    shop.sandbox.disturb(Disturbance::on("SetTimeOfLastSync", DisturbanceKind::CutAfter));
    let pull = ["pull", "orders", "--since", "last-sync", "--out", "orders.jsonl"];
    let (_, errors) = shop.done(&pull);
    assert!(errors.contains("is stored under `pull orders`"), "{errors}");
    shop.done(&pull);
    assert_eq!(shop.read("orders.jsonl"), "");
}

#[test]
fn a_name_of_its_own_for_each_output() {
    let shop = seven_orders();
    let pull = ["pull", "orders", "--since", "last-sync", "--out", "new-%Y%m%dT%H%M%S%fZ.jsonl"];
    shop.done(&pull);
    shop.sandbox.pick("O3").unwrap();
    shop.done(&pull);
    let files = shop.files();
    let (memory, outputs): (Vec<_>, Vec<_>) = files.iter().partition(|name| name.ends_with(".memory"));
    assert_eq!((outputs.len(), memory.len()), (2, 1), "{files:?}");
    let lengths: Vec<usize> = outputs.iter().map(|name| shop.lines(name).len()).collect();
    assert_eq!(lengths, [7, 1]);
    let (code, _, errors) = shop.ongoing(&["pull", "orders", "--out", "100%.jsonl"]);
    assert_eq!(code, 2, "{errors}");
    assert!(errors.contains("hint: write %% for a percent sign"), "{errors}");
}

#[test]
fn an_output_that_nobody_has_taken_stays() {
    let shop = seven_orders();
    let pull = ["pull", "orders", "--since", "last-sync", "--out", "orders.jsonl", "--no-clobber"];
    shop.done(&pull);
    let (old, calls) = (shop.read("orders.jsonl"), shop.sandbox.log().len());
    shop.sandbox.pick("O3").unwrap();
    let (code, _, errors) = shop.ongoing(&pull);
    assert_eq!(code, 74, "{errors}");
    assert!(errors.contains("error: orders.jsonl still exists, and --no-clobber keeps it"), "{errors}");
    assert_eq!((shop.read("orders.jsonl"), shop.sandbox.log().len()), (old, calls));
    std::fs::remove_file(shop.file("orders.jsonl")).unwrap();
    shop.done(&pull);
    assert_eq!(numbers(&shop.lines("orders.jsonl")), ["O3"]);
}

#[test]
fn rows_are_added_to_an_output() {
    let shop = seven_orders();
    for (file, more) in [("orders.jsonl", 0), ("orders.csv", 1)] {
        let pull =
            ["pull", "orders", "--since", "last-sync", "--out", file, "--append", "--integration", file];
        shop.done(&pull);
        assert_eq!(shop.read(file).lines().count(), 7 + more, "{file}");
        shop.sandbox.pick(if more == 0 { "O3" } else { "O4" }).unwrap();
        shop.done(&pull);
        assert_eq!(shop.read(file).lines().count(), 8 + more, "{file}");
    }
    let other = ["pull", "orders", "--out", "orders.csv", "--append", "--columns", "OrderInfo.OrderId"];
    let (code, _, errors) = shop.ongoing(&other);
    assert_eq!(code, 74, "{errors}");
    assert!(errors.contains("the table to continue has other columns"), "{errors}");
    assert_eq!(shop.read("orders.csv").lines().count(), 9);
}

/// Standard output has the rows in columns; nothing that counts as delivered goes there.
#[test]
fn a_table_for_people() {
    let shop = Shop::with_stock(&[("A", 3), ("LONGER", 40)]);
    let pull = ["pull", "inventory", "--output", "table", "--preset", "stock"];
    let (out, errors) = shop.done(&pull);
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines.len(), 4, "{out}{errors}");
    let width = lines[0].chars().count();
    assert!(lines.iter().all(|line| line.chars().count() == width && line.starts_with("| ")), "{out}");
    assert!(
        lines[2].starts_with("| A             | Blå mugg A      | 3") && errors.contains("inventory: 2 rows"),
        "{out}"
    );
    // Columns that were not chosen are shown if they have a value.
    let (all, _) = shop.done(&["pull", "inventory", "--format", "table"]);
    assert!(all.contains("Article.ArticleNumber") && !all.contains("BatchInfo"), "{all}");
    let (report, _) = shop.done(&["report", "in-orders", "--output", "table"]);
    assert!(report.lines().nth(1).is_some_and(|line| line.starts_with("| ---")), "{report}");
    for (more, expected) in [
        (&["--out", "rows.txt"][..], "--format table is for standard output"),
        (&["--since", "last-sync"], "count its rows as delivered"),
        (&["--delimiter", ";"], "--delimiter is for csv only"),
    ] {
        let (code, _, errors) = shop.ongoing(&[&pull[..], more].concat());
        assert!(code == 2 && errors.contains(expected), "{errors}");
    }
    if cfg!(target_os = "linux") {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let output = shop.command(&pull).stdout(full).output().unwrap();
        assert_eq!(output.status.code(), Some(74), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

/// The service tells changes of stock for a day only.
#[test]
fn changes_of_stock_from_longer_ago_are_a_full_pull() {
    let shop = Shop::with_stock(&[("A", 3), ("B", 4)]);
    let pull = ["pull", "inventory", "--since", "last-sync", "--out", "stock.jsonl"];
    shop.done(&pull);
    shop.done(&["sync", "set", "pull inventory", "2026-01-01T04:00:00"]);
    let (_, errors) = shop.done(&pull);
    assert_eq!(shop.lines("stock.jsonl").len(), 2);
    assert!(errors.contains("keeps these changes for 24 hours only"), "{errors}");
    let (out, errors) = shop.done(&["pull", "inventory", "--since", "3d"]);
    assert_eq!(out.lines().count(), 2);
    assert!(errors.contains("all rows are requested"), "{errors}");
}

#[test]
fn usual_columns_by_name() {
    let shop = Shop::with_stock(&[("A", 3)]);
    shop.order("O1", &[("A", 2)]);
    shop.done(&["pull", "inventory", "--preset", "stock", "--out", "stock.csv", "--crlf"]);
    assert!(shop.read("stock.csv").contains("\r\nA,Blå mugg A,3,2,1,"), "{}", shop.read("stock.csv"));
    shop.done(&["pull", "orders", "--preset", "lines", "--out", "lines.csv"]);
    assert!(shop.read("lines.csv").ends_with("\nO1,1,300,L-A,A,2,0,\n"), "{}", shop.read("lines.csv"));
    shop.done(&["pull", "orders", "--preset", "tracking", "--out", "tracking.csv"]);
    // Not sent yet: it has no number, and no time.
    assert!(shop.read("tracking.csv").contains("\nO1,1,300,,,"), "{}", shop.read("tracking.csv"));
    assert!(!shop.read("tracking.csv").contains("0001-01-01"), "{}", shop.read("tracking.csv"));
    for preset in [&["--preset", "tracking"][..], &["--each", "PickedOrderLines"], &[]] {
        let (layout, _) = shop.done(&[&["pull", "orders", "--example-layout"], preset].concat());
        std::fs::write(shop.file("own.toml"), layout).unwrap();
        shop.done(&["pull", "orders", "--layout", "own.toml", "--out", "own.csv"]);
        if preset.contains(&"tracking") {
            assert_eq!(shop.read("own.csv"), shop.read("tracking.csv"));
        }
    }
    for (arguments, expected) in [
        (
            ["pull", "orders", "--preset", "stock", "--out", "a.csv"],
            "hint: presets for orders: tracking, lines",
        ),
        (["pull", "orders", "--preset", "traking", "--out", "a.csv"], "did you mean `tracking`?"),
        (["pull", "orders", "--preset", "lines", "--out", "a.jsonl"], "--preset is for tables only"),
    ] {
        let (code, _, errors) = shop.ongoing(&arguments);
        assert_eq!(code, 2, "{errors}");
        assert!(errors.contains(expected), "{errors}");
    }
}

/// Begins a pull whose answer drips, and gives it when the question has arrived.
fn begun(shop: &Shop) -> Child {
    let slow = DisturbanceKind::SlowDrip(Duration::from_millis(300));
    shop.sandbox.disturb(Disturbance::on("GetOrdersByQuery", slow));
    let pull = ["pull", "orders", "--since", "last-sync", "--out", "orders.jsonl"];
    let child = shop.command(&pull).stderr(Stdio::null()).spawn().unwrap();
    let started = Instant::now();
    while shop.calls("GetOrdersByQuery") == 0 {
        assert!(started.elapsed() < Duration::from_secs(20));
        std::thread::sleep(Duration::from_millis(20));
    }
    child
}

#[test]
fn killed_in_the_middle() {
    let shop = seven_orders();
    std::fs::write(shop.file("orders.jsonl"), "old\n").unwrap();
    let mut child = begun(&shop);
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(shop.read("orders.jsonl"), "old\n");
    assert_eq!(shop.json(&["sync", "get", "pull orders"]), Value::Null);
    shop.done(&["pull", "orders", "--since", "last-sync", "--out", "orders.jsonl"]);
    assert_eq!(shop.lines("orders.jsonl").len(), 7);
}

#[cfg(unix)]
#[test]
fn interrupted_in_the_middle() {
    let shop = seven_orders();
    std::fs::write(shop.file("orders.jsonl"), "old\n").unwrap();
    let mut child = begun(&shop);
    let sent = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(
        (shop.read("orders.jsonl").as_str(), shop.files()),
        ("old\n", vec!["orders.jsonl".to_owned()])
    );
    assert_eq!(shop.json(&["sync", "get", "pull orders"]), Value::Null);
}

#[test]
fn a_place_that_cannot_be_written_is_known_before_anything_is_asked() {
    let shop = Shop::open();
    std::fs::create_dir(shop.file("folder")).unwrap();
    for out in ["no/such/folder/orders.jsonl", "folder"] {
        let (code, _, errors) = shop.ongoing(&["pull", "orders", "--out", out]);
        assert_eq!(code, 74, "{errors}");
        assert!(errors.contains(&format!("error: {out} cannot be written: ")), "{errors}");
    }
    assert!(shop.sandbox.log().is_empty());
}

#[test]
fn rows_that_nobody_reads_are_an_error_and_no_sync() {
    let shop = seven_orders();
    let mut child = shop
        .command(&["pull", "orders", "--since", "last-sync"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(74), "{}", String::from_utf8_lossy(&ended.stderr));
    assert_eq!(shop.calls("SetTimeOfLastSync"), 0);
}

#[test]
fn a_table_as_an_old_system_wants_it() {
    let shop = Shop::with_stock(&[("A", 3), ("B", 4)]);
    std::fs::write(
        shop.file("layout.toml"),
        "columns = [\"Nr=Article.ArticleNumber\", \"Namn=Article.Name\", \"Vikt=Article.Weight\", \"NumberOfItems\"]\n\
         encoding = \"windows-1252\"\ndecimal_comma = true\n",
    )
    .unwrap();
    shop.done(&["pull", "inventory", "--out", "stock.csv", "--layout", "layout.toml"]);
    let expected: &[u8] = b"Nr;Namn;Vikt;NumberOfItems\nA;Bl\xe5 mugg A;1,25;3\nB;Bl\xe5 mugg B;1,25;4\n";
    let written = std::fs::read(shop.file("stock.csv")).unwrap();
    assert_eq!(written, expected, "{}", written.escape_ascii());

    shop.order("O→1", &[("A", 1), ("B", 2)]);
    shop.order("O2", &[("B", 1)]);
    let lines = [
        "pull",
        "orders",
        "--out",
        "lines.csv",
        "--each",
        "PickedOrderLines",
        "--columns",
        "OrderInfo.GoodsOwnerOrderNumber,Line=PickedOrderLines.ExternalOrderLineCode,PickedOrderLines.OrderedNumberOfItems",
    ];
    let (_, errors) = shop.done(&lines);
    assert!(errors.contains("orders: 2 rows, 3 records in lines.csv"), "{errors}");
    let header = "OrderInfo.GoodsOwnerOrderNumber,Line,PickedOrderLines.OrderedNumberOfItems\n";
    assert_eq!(shop.read("lines.csv"), format!("{header}O→1,L-A,1\nO→1,L-B,2\nO2,L-B,1\n"));
    let latin = [&lines[..], &["--encoding", "windows-1252"]].concat();
    let (code, _, errors) = shop.ongoing(&latin);
    assert_eq!(code, 74, "{errors}");
    let lacks = "row 1, OrderInfo.GoodsOwnerOrderNumber: windows-1252 has no character `→` (U+2192)";
    assert!(errors.contains(lacks), "{errors}");
    assert_eq!(shop.read("lines.csv"), format!("{header}O→1,L-A,1\nO→1,L-B,2\nO2,L-B,1\n"));
    shop.done(&[&latin[..], &["--replace"]].concat());
    assert!(shop.read("lines.csv").contains("\nO?1,L-A,1\n"));
}

#[test]
fn a_layout_with_a_mistake_has_its_line() {
    let shop = Shop::open();
    for (text, code, expected) in [
        ("columns = [\"Article.Name\"]\ndelimeter = \";\"\n", 65, "layout.toml:2: unknown field `delimeter`"),
        ("columns = [\"Article.Naem\"]\n", 2, "did you mean `Name`?"),
        ("encoding = \"utf-16\"\n", 2, "`utf-16` is not a supported encoding"),
    ] {
        std::fs::write(shop.file("layout.toml"), text).unwrap();
        let (got, _, errors) =
            shop.ongoing(&["pull", "inventory", "--out", "a.csv", "--layout", "layout.toml"]);
        assert_eq!(got, code, "{errors}");
        assert!(errors.contains(expected), "{errors}");
    }
    assert!(shop.sandbox.log().is_empty());
}

#[test]
fn filters_of_the_query() {
    let shop = seven_orders();
    shop.sandbox.pick("O2").unwrap();
    let picked = ["pull", "orders", "--filter", "OrderStatusFrom=400", "--filter", "OrderNumbersToGet=O1,O2"];
    assert_eq!(shop.done(&picked).0.lines().count(), 1);
    std::fs::write(shop.file("query.json"), r#"{ "OrderNumbersToGet": ["O4", "O5", "O6"] }"#).unwrap();
    let (out, _) = shop.done(&["pull", "orders", "--filter-file", "query.json", "--page-size", "2"]);
    assert_eq!(out.lines().count(), 3);
    let own =
        ["pull", "orders", "--page-size", "0", "--filter", "MaxOrdersToGet=2", "--filter", "OrderIdFrom=3"];
    assert_eq!(shop.done(&own).0.lines().count(), 2);
}

/// The contract has the names of the answers' types, and no more.
#[test]
fn rows_that_the_contract_does_not_know() {
    let shop = Shop::with_stock(&[("A", 9)]);
    shop.sandbox.move_goods("A", 4.into(), "B-7").unwrap();
    let pull = ["pull", "movements", "--since", "last-sync"];
    let (code, _, errors) = shop.ongoing(&["pull", "movements"]);
    assert_eq!(code, 65, "{errors}");
    assert!(errors.contains("Query.MoveTimeFrom: the required member is missing"), "{errors}");
    let (out, _) = shop.done(&["pull", "movements", "--since", "1h"]);
    let row: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (&row["ToLocation"]["Location"], &row["NumberOfItems"]),
        (&"B-7".into(), &"4".into()),
        "{row}"
    );
    // Never pulled before: everything is asked for, which is since the beginning of time.
    let (out, _) = shop.done(&pull);
    assert_eq!(out.lines().count(), 1);
    let (out, _) = shop.done(&[&pull[..], &["--overlap", "0s"]].concat());
    assert_eq!(out, "");
}

#[cfg(unix)]
#[test]
fn only_its_owner_can_read_a_file() {
    use std::os::unix::fs::PermissionsExt as _;
    let shop = seven_orders();
    shop.done(&["pull", "orders", "--out", "orders.jsonl"]);
    let mode = std::fs::metadata(shop.file("orders.jsonl")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}
