//! `ongoing sandbox --db FILE`, killed while others write, and started again on the same file: what it acknowledged is
//! there, once.
//!
//! `cargo test --test cli_kill -- --ignored` kills it two hundred times.
#![cfg(own_contract)]

use std::collections::BTreeMap;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use ongoing_wms::api::*;
use ongoing_wms::{Client, Credentials, Decimal, RetryPolicy};

const WRITERS: u32 = 3;

/// A process that is killed when dropped, however the test ends.
struct Warehouse {
    process: Child,
    url: String,
}

impl Warehouse {
    fn start(db: &Path) -> Warehouse {
        let mut process = Command::new(env!("CARGO_BIN_EXE_ongoing"))
            .args(["sandbox", "--db"])
            .arg(db)
            .env_remove("ONGOING_SANDBOX_PASSWORD")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let url = lines.find_map(|line| Some(line.ok()?.strip_prefix("address")?.trim().to_owned()));
        Warehouse { process, url: url.expect("the address") }
    }

    fn client(&self) -> Client {
        let credentials = Credentials::new("demo", "open-sesame").goods_owner_code("DEMO").goods_owner_id(1);
        let client = Client::builder(&self.url).credentials(credentials).retry(RetryPolicy::never());
        client.build().unwrap()
    }
}

impl Drop for Warehouse {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// What may be there of an order: quantities, and `None` for nothing at all. One possibility is what was acknowledged;
/// of a write whose answer never came, both what it meant and what was before are possible.
type Possible = BTreeMap<String, Vec<Option<Decimal>>>;

fn order(number: &str, items: Decimal) -> CustomerOrder {
    let line = CustomerOrderLine {
        article_number: Some("A".into()),
        ..CustomerOrderLine::new(
            OrderLineIdentificationType::ArticleNumber,
            ArticleIdentificationType::ArticleNumber,
            items,
        )
    };
    let info = OrderInfoClass {
        goods_owner_order_number: Some(number.into()),
        ..OrderInfoClass::new(OrderIdentificationType::GoodsOwnerOrderNumber, OrderOperation::CreateOrUpdate)
    };
    CustomerOrder {
        order_info: Some(info),
        customer_order_lines: Some(vec![line]),
        ..CustomerOrder::default()
    }
}

/// Writes orders, each third one an order that is there already, until the warehouse is gone.
fn write(client: &Client, name: &str, written: &AtomicU32) -> Possible {
    let mut possible = Possible::new();
    for turn in 0_u32.. {
        let number = format!("{name}-{}", if turn % 3 == 2 { turn - 1 } else { turn });
        let items = Decimal::from(turn % 7 + 1);
        let done = client.process_order(order(&number, items));
        let known = possible.entry(number).or_insert_with(|| vec![None]);
        match done {
            Ok(_) => *known = vec![Some(items)],
            Err(_) => {
                known.push(Some(items));
                break;
            }
        }
        written.fetch_add(1, Ordering::Relaxed);
    }
    possible
}

/// One round: start, write, be killed.
fn round(db: &Path, round: u32) -> Possible {
    let mut warehouse = Warehouse::start(db);
    let written = AtomicU32::new(0);
    thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let (client, written) = (warehouse.client(), &written);
                scope.spawn(move || write(&client, &format!("O-{round}-{writer}"), written))
            })
            .collect();
        while written.load(Ordering::Relaxed) == 0 {
            thread::sleep(Duration::from_millis(1));
        }
        let moment = RandomState::new().build_hasher().finish() % 150;
        thread::sleep(Duration::from_millis(moment));
        warehouse.process.kill().unwrap();
        writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect()
    })
}

/// What is there, by the service's own account.
fn found(client: &Client) -> BTreeMap<String, Decimal> {
    let orders = client.get_orders_by_query(OrderFilters::default()).unwrap().orders.unwrap();
    let mut found = BTreeMap::new();
    for order in orders {
        let info = order.order_info.unwrap();
        let number = info.goods_owner_order_number.unwrap();
        let [line] = order.picked_order_lines.as_deref().unwrap() else { panic!("lines of {number}") };
        let before = found.insert(number.clone(), line.ordered_number_of_items);
        assert_eq!(before, None, "{number} occurs twice");
    }
    found
}

fn check(db: &Path, possible: &Possible) {
    let warehouse = Warehouse::start(db);
    let client = warehouse.client();
    let found = found(&client);
    for (number, possible) in possible {
        let there = found.get(number).copied();
        assert!(possible.contains(&there), "{number}: {there:?} is there, possible were {possible:?}");
    }
    assert!(found.keys().all(|number| possible.contains_key(number)));
    let lines = client.get_inventory_by_query(GetInventoryQuery::default()).unwrap().inventory_lines.unwrap();
    let booked: Decimal = found.values().copied().sum();
    assert_eq!(lines[0].number_of_booked_items_decimal, booked);
    assert_eq!(lines[0].sellable_number_of_items, -booked);
    drop(warehouse);
    let file = rusqlite::Connection::open(db).unwrap();
    let whole: String = file.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(whole, "ok");
    assert!(!file.prepare("PRAGMA foreign_key_check").unwrap().exists([]).unwrap());
}

fn kill(rounds: u32) {
    let folder = tempfile::tempdir().unwrap();
    let db = folder.path().join("warehouse.db");
    let article = ArticleDefinition {
        article_number: Some("A".into()),
        ..ArticleDefinition::new(ArticleOperation::CreateOrUpdate, ArticleIdentificationType::ArticleNumber)
    };
    Warehouse::start(&db).client().process_article(article).unwrap();
    let mut possible = Possible::new();
    for number in 0..rounds {
        possible.extend(round(&db, number));
    }
    let acknowledged = possible.values().filter(|possible| !possible.contains(&None)).count();
    println!("{rounds} rounds, {acknowledged} orders acknowledged");
    assert!(acknowledged >= usize::try_from(rounds).unwrap());
    check(&db, &possible);
}

#[test]
fn what_was_acknowledged_is_there_once() {
    kill(10);
}

#[test]
#[ignore = "takes a minute: cargo test --test cli_kill -- --ignored"]
fn what_was_acknowledged_is_there_once_after_many_rounds() {
    kill(200);
}
