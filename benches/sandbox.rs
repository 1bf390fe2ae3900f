//! The sandbox warehouse as it fills: answer times at 10, 10,000 and 200,000 orders, then four callers at a time for 30
//! seconds. All over HTTP on this machine, so client and server share its processors.
//!
//! `cargo bench --bench sandbox`, with numbers after `--` for other sizes. Half of 19 in 20 orders have left the
//! warehouse and half wait for the transporter; the rest is to be picked. An order has two lines, of 1000 articles, and a
//! customer of its own; one in 20 has a file.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use ongoing_wms::api::*;
use ongoing_wms::sandbox::Sandbox;
use ongoing_wms::xml::{Bytes, DateTime};
use ongoing_wms::{Client, Decimal};

const ARTICLES: usize = 1000;
/// A page of a query.
const PAGE: i32 = 100;
const CALLERS: usize = 4;
const LONG: Duration = Duration::from_secs(30);

fn main() {
    let given: Vec<usize> = env::args().filter_map(|argument| argument.parse().ok()).collect();
    let sizes = if given.is_empty() { vec![10, 10_000, 200_000] } else { given };
    durable();
    let sandbox = Sandbox::start().expect("a sandbox");
    let client = client(&sandbox);
    let mut orders = 0;
    for number in 0..ARTICLES {
        client.process_article(article(number)).expect("an article");
    }
    for size in sizes {
        let begun = Instant::now();
        while orders < size {
            fill(&client, orders);
            orders += 1;
        }
        println!("\n{orders} orders, filled in {:.1?}, {} MB of memory", begun.elapsed(), megabytes());
        measure(&client, orders);
    }
    together(&sandbox, orders);
}

fn client(sandbox: &Sandbox) -> Client {
    Client::builder(sandbox.url()).credentials(sandbox.credentials()).build().expect("a client")
}

fn article(number: usize) -> ArticleDefinition {
    ArticleDefinition {
        article_number: Some(format!("A-{number}")),
        article_name: Some(format!("Article {number}")),
        ..ArticleDefinition::new(ArticleOperation::CreateOrUpdate, ArticleIdentificationType::ArticleNumber)
    }
}

fn order(number: &str, seed: usize, status: Option<i32>) -> CustomerOrder {
    let line = |article: usize| CustomerOrderLine {
        article_number: Some(format!("A-{}", article % ARTICLES)),
        ..CustomerOrderLine::new(
            OrderLineIdentificationType::ArticleNumber,
            ArticleIdentificationType::ArticleNumber,
            Decimal::from(seed % 5 + 1),
        )
    };
    let info = OrderInfoClass {
        goods_owner_order_number: Some(number.to_owned()),
        order_status_created: status,
        ..OrderInfoClass::new(OrderIdentificationType::GoodsOwnerOrderNumber, OrderOperation::CreateOrUpdate)
    };
    let customer = Customer {
        customer_number: Some(format!("C-{number}")),
        name: Some(format!("Anna {number}")),
        address: Some("Storgatan 1".into()),
        post_code: Some("11122".into()),
        city: Some("Stockholm".into()),
        country_code: Some("SE".into()),
        ..Customer::new(CustomerOperation::CreateOrUpdate, CustomerIdentificationType::CustomerNumber)
    };
    CustomerOrder {
        order_info: Some(info),
        customer: Some(customer),
        customer_order_lines: Some(vec![line(seed), line(seed * 7 + 1)]),
        ..CustomerOrder::default()
    }
}

fn fill(client: &Client, seed: usize) {
    let status = match seed % 20 {
        0 => None,
        even if even % 2 == 0 => Some(500),
        _ => Some(450),
    };
    let number = format!("O-{seed}");
    client.process_order(order(&number, seed, status)).expect("an order");
    if seed % 20 == 1 {
        let file = File {
            file_name: Some(format!("{number}.pdf")),
            file_bytes: Some(Bytes(vec![b'x'; 2000])),
            ..File::default()
        };
        let place = OrderFile {
            file: Some(file),
            goods_owner_order_number: Some(number),
            ..OrderFile::new(OrderFileIdentificationType::GoodsOwnerOrderNumber)
        };
        client.upload_order_file(place).expect("a file");
    }
}

/// Calls so often or so long, and says how long an answer took.
fn time(name: &str, mut call: impl FnMut(usize) -> usize) {
    let mut took = Vec::new();
    let mut rows = 0;
    let begun = Instant::now();
    while took.len() < 1000 && begun.elapsed() < Duration::from_secs(5) {
        let start = Instant::now();
        rows += call(took.len());
        took.push(start.elapsed());
    }
    let each = begun.elapsed().as_secs_f64() / took.len() as f64;
    took.sort_unstable();
    let (median, p99) = (took[took.len() / 2], took[took.len() * 99 / 100]);
    let rows = rows / took.len();
    println!("  {name:<46} {:>7.0}/s  median {median:>9.2?}  p99 {p99:>9.2?}  rows {rows}", 1.0 / each);
}

fn found(client: &Client, query: OrderFilters) -> usize {
    client.get_orders_by_query(query).expect("orders").orders.unwrap_or_default().len()
}

fn measure(client: &Client, orders: usize) {
    // Some number below that of the orders, another one each time.
    let some = |turn: usize| turn * 7919 % orders;
    let page = || OrderFilters { max_orders_to_get: Some(PAGE), ..OrderFilters::default() };
    time("GetOrdersByQuery, by number", |turn| {
        let number = format!("O-{}", some(turn));
        found(client, OrderFilters { order_numbers_to_get: Some(vec![number]), ..OrderFilters::default() })
    });
    time("GetOrdersByQuery, 300 to 320, 100 at most", |_| {
        found(client, OrderFilters { order_status_from: Some(300), order_status_to: Some(320), ..page() })
    });
    time("GetOrdersByQuery, 450 to 500, id from, 100", |turn| {
        let from = i32::try_from(some(turn)).ok();
        let (status_from, status_to) = (Some(450), Some(500));
        found(
            client,
            OrderFilters {
                order_status_from: status_from,
                order_status_to: status_to,
                order_id_from: from,
                ..page()
            },
        )
    });
    let moment: Option<DateTime> = Some(client.get_system_info().expect("the time").system_time);
    for turn in 0..10 {
        client.process_order(order(&format!("NEW-{turn}"), turn, None)).expect("an order");
    }
    time("GetOrdersByQuery, LastUpdatedFrom, 10 newer", |_| {
        found(client, OrderFilters { last_updated_from: moment, ..page() })
    });
    time("GetInventoryByQuery, by article number", |turn| {
        let numbers = Some(vec![format!("A-{}", turn % ARTICLES)]);
        let query = GetInventoryQuery { article_numbers_to_get: numbers, ..GetInventoryQuery::default() };
        client.get_inventory_by_query(query).expect("stock").inventory_lines.unwrap_or_default().len()
    });
    time("GetFileList, by order number", |turn| {
        let order_number = Some(format!("O-{}", some(turn) / 20 * 20 + 1));
        let values = FileSearchValues { order_number, ..FileSearchValues::default() };
        client.get_file_list(values).expect("files").files_info_list.unwrap_or_default().len()
    });
    time("ProcessOrder, update", |turn| {
        let number = format!("O-{}", some(turn) / 20 * 20);
        client.process_order(order(&number, turn, None)).expect("an order");
        1
    });
    time("ProcessOrder, create", |turn| {
        // They leave again, so that the number of orders stays.
        let number = format!("X-{orders}-{turn}");
        client.process_order(order(&number, turn, Some(500))).expect("an order");
        1
    });
}

/// Four callers at a time, each with a client of its own.
fn together(sandbox: &Sandbox, orders: usize) {
    let (ended, calls) = (AtomicBool::new(false), AtomicUsize::new(0));
    println!("\n{CALLERS} callers at a time for {LONG:?}, one write in four calls");
    thread::scope(|scope| {
        for caller in 0..CALLERS {
            let (client, ended, calls) = (client(sandbox), &ended, &calls);
            scope.spawn(move || {
                for turn in 0.. {
                    if ended.load(Ordering::Relaxed) {
                        break;
                    }
                    mixed(&client, caller, turn, orders);
                    calls.fetch_add(4, Ordering::Relaxed);
                }
            });
        }
        for _ in 0..6 {
            thread::sleep(LONG / 6);
            println!("  {:>7} calls, {} MB of memory", calls.load(Ordering::Relaxed), megabytes());
        }
        ended.store(true, Ordering::Relaxed);
    });
    println!("  {:.0}/s, no error", calls.load(Ordering::Relaxed) as f64 / LONG.as_secs_f64());
}

fn mixed(client: &Client, caller: usize, turn: usize, orders: usize) {
    // A hundred orders of each caller's own, so that the warehouse does not grow.
    let number = format!("T-{caller}-{}", turn % 100);
    client.process_order(order(&number, turn, None)).expect("an order");
    for number in [number, format!("O-{}", turn * 7919 % orders)] {
        let query = OrderFilters { order_numbers_to_get: Some(vec![number]), ..OrderFilters::default() };
        assert_eq!(found(client, query), 1);
    }
    let numbers = Some(vec![format!("A-{}", turn % ARTICLES)]);
    let query = GetInventoryQuery { article_numbers_to_get: numbers, ..GetInventoryQuery::default() };
    client.get_inventory_by_query(query).expect("stock");
}

/// What it costs to have each order on the disk before it is acknowledged.
fn durable() {
    let folder = tempfile::tempdir().expect("a folder");
    let sandbox = Sandbox::builder().database(folder.path().join("warehouse.db")).start().expect("a sandbox");
    let client = client(&sandbox);
    for number in 0..ARTICLES {
        client.process_article(article(number)).expect("an article");
    }
    println!("in a file that is kept");
    time("ProcessOrder, create", |turn| {
        client.process_order(order(&format!("O-{turn}"), turn, None)).expect("an order");
        1
    });
}

/// Memory of this process; 0 where that is not told.
fn megabytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().split(' ').next()?.parse::<u64>().ok()).unwrap_or_default() / 1024
}
