//! Whether the quantities add up, by the service's own answers.

use std::collections::BTreeMap;

use ongoing_wms::api::*;
use ongoing_wms::sandbox::Sandbox;
use ongoing_wms::{Client, Decimal};
use proptest::prelude::*;
use serde_json::Value;

use super::course::{self, list, number};

/// A quantity of each article.
type Account = BTreeMap<String, Decimal>;

fn add(account: &mut Account, article: Option<String>, items: Decimal) {
    *account.entry(article.unwrap_or_default()).or_default() += items;
}

fn of(account: &Account, article: &str) -> Decimal {
    account.get(article).copied().unwrap_or_default()
}

pub fn check(sandbox: &Sandbox, clients: &[Client]) -> Result<(), TestCaseError> {
    let state = sandbox.state().unwrap();
    for (client, owner) in clients.iter().zip(list(&state["goodsOwners"])) {
        stock(client, owner, &course::orders(&state))?;
        orders(client, owner)?;
    }
    Ok(())
}

// ---- stock -----------------------------------------------------------------------------------------------------

fn stock(client: &Client, owner: &Value, orders: &BTreeMap<i64, course::Order>) -> Result<(), TestCaseError> {
    let (flow, items, houses) = (flow(client, owner, orders), items(client), houses(client));
    let (booked, picked) = outbound(owner, orders);
    let to_receive = to_receive(owner);
    let mut sellable = Account::new();
    for article in list(&owner["articles"]) {
        let name = article["number"].as_str().unwrap();
        let is = |member: &str| number(&article["stock"][member]);
        let physical = is("physical");
        prop_assert!(physical >= Decimal::ZERO);
        prop_assert_eq!(physical, of(&flow, name), "{}: what came in less what went out", name);
        prop_assert_eq!(physical, of(&items, name), "{}: items", name);
        prop_assert_eq!(physical, of(&houses, name), "{}: warehouses", name);
        prop_assert_eq!(is("booked"), of(&booked, name), "{}: ordered and not picked", name);
        prop_assert_eq!(is("toBeCollected"), of(&picked, name), "{}: picked and still here", name);
        prop_assert_eq!(is("toReceive"), of(&to_receive, name), "{}: announced", name);
        prop_assert!(is("allocated") <= physical, "{}: more set aside than there is", name);
        prop_assert!(is("allocated") <= is("booked"), "{}: more set aside than is ordered", name);
        sellable.insert(name.to_owned(), physical - is("booked"));
    }
    for article in list(&owner["articles"]) {
        let name = article["number"].as_str().unwrap();
        let expected = match name.strip_suffix("KIT") {
            Some(prefix) => {
                let part = |part: &str, each: i64| {
                    (of(&sellable, &format!("{prefix}{part}")) / Decimal::from(each)).floor()
                };
                part("A", 2).min(part("B", 1))
            }
            None => of(&sellable, name),
        };
        prop_assert_eq!(number(&article["stock"]["sellable"]), expected, "{}: sellable", name);
    }
    answers_agree(client, owner)
}

/// What came in by each way, less what went out.
fn flow(client: &Client, owner: &Value, orders: &BTreeMap<i64, course::Order>) -> Account {
    let mut flow = Account::new();
    for line in list(&owner["inOrders"]).iter().flat_map(|order| list(&order["lines"])) {
        add(&mut flow, line["article"].as_str().map(str::to_owned), number(&line["received"]));
    }
    for line in orders.values().filter(|order| order.owner == owner["id"]).flat_map(course::Order::leaves) {
        add(&mut flow, Some(line.article.clone()), -line.picked);
    }
    let returns = client.get_return_orders_by_query(GetReturnOrdersQuery::default()).unwrap().return_orders;
    for line in returns.into_iter().flatten().flat_map(|order| order.return_order_lines.unwrap()) {
        add(&mut flow, line.article_number, line.returned_number_of_items);
    }
    let made = client.get_production_orders_by_query(ProductionOrderFilters::default()).unwrap();
    let made = made.production_orders.into_iter().flatten();
    for line in made.flat_map(|order| order.production_order_lines.unwrap()) {
        add(&mut flow, line.article_number, line.produced_number_of_items);
        for part in line.consumed.into_iter().flatten() {
            add(&mut flow, part.article_number, -part.number_of_items);
        }
    }
    let counted = client.get_inventory_changes(InventoryChangesQuery::default()).unwrap();
    for line in counted.inventory_change_lines.into_iter().flatten() {
        let article = line.article.and_then(|article| article.article_number);
        add(&mut flow, article, line.inventory_changes_number_of_items);
    }
    flow
}

fn items(client: &Client) -> Account {
    let mut items = Account::new();
    let lines = client.get_inventory_items(InventoryItemsQuery::default()).unwrap().inventory_item_lines;
    for line in lines.into_iter().flatten() {
        let article = line.article.and_then(|article| article.article_number);
        for item in line.inventory_items.into_iter().flatten() {
            assert!(item.number_of_items > Decimal::ZERO);
            add(&mut items, article.clone(), item.number_of_items);
        }
    }
    items
}

fn houses(client: &Client) -> Account {
    let mut houses = Account::new();
    let query = GetInventoryPerWarehouseQuery::default();
    let lines = client.get_inventory_per_warehouse(query).unwrap().per_warehouse_article_lines;
    for line in lines.into_iter().flatten() {
        let article = line.article.and_then(|article| article.article_number);
        for house in line.per_warehouse_stock_lines.into_iter().flatten() {
            add(&mut houses, article.clone(), house.number_of_items);
        }
    }
    houses
}

/// Ordered and not picked; picked and not collected.
fn outbound(owner: &Value, orders: &BTreeMap<i64, course::Order>) -> (Account, Account) {
    let (mut booked, mut here) = (Account::new(), Account::new());
    for order in orders.values().filter(|order| order.owner == owner["id"]) {
        for line in order.leaves() {
            if order.status < 400 {
                add(&mut booked, Some(line.article.clone()), line.ordered - line.picked);
            }
            if order.status < 500 {
                add(&mut here, Some(line.article.clone()), line.picked);
            }
        }
    }
    (booked, here)
}

fn to_receive(owner: &Value) -> Account {
    let mut to_receive = Account::new();
    for order in list(&owner["inOrders"]).iter().filter(|order| order["status"].as_i64().unwrap() < 500) {
        for line in list(&order["lines"]) {
            let left = number(&line["advised"]) - number(&line["received"]);
            add(&mut to_receive, line["article"].as_str().map(str::to_owned), left.max(Decimal::ZERO));
        }
    }
    to_receive
}

/// The inventory that the service tells is that of the state.
fn answers_agree(client: &Client, owner: &Value) -> Result<(), TestCaseError> {
    let lines = client.get_inventory_by_query(GetInventoryQuery::default()).unwrap().inventory_lines.unwrap();
    let articles = list(&owner["articles"]);
    prop_assert_eq!(lines.len(), articles.len());
    for (line, article) in lines.iter().zip(articles) {
        let is = |member: &str| number(&article["stock"][member]);
        prop_assert_eq!(line.number_of_items_decimal, is("physical"));
        prop_assert_eq!(line.number_of_booked_items_decimal, is("booked"));
        prop_assert_eq!(line.allocated_number_of_items, Some(is("allocated")));
        prop_assert_eq!(line.sellable_number_of_items, is("sellable"));
        prop_assert_eq!(line.to_receive_number_of_items, is("toReceive"));
        prop_assert_eq!(line.picked_to_be_collected_number_of_items, is("toBeCollected"));
    }
    Ok(())
}

// ---- orders ----------------------------------------------------------------------------------------------------

/// All ways to read an order tell the same.
fn orders(client: &Client, owner: &Value) -> Result<(), TestCaseError> {
    let all = client.get_orders_by_query(OrderFilters::default()).unwrap().orders.unwrap();
    prop_assert_eq!(all.len(), list(&owner["orders"]).len());
    for (order, kept) in all.iter().zip(list(&owner["orders"])) {
        let info = order.order_info.as_ref().unwrap();
        prop_assert_eq!(i64::from(info.order_id), kept["id"].as_i64().unwrap());
        prop_assert_eq!(i64::from(info.order_status_number), kept["status"].as_i64().unwrap());
        let read = client.get_order(info.order_id).unwrap();
        prop_assert_eq!(read.as_ref(), Some(order));
        let number = info.goods_owner_order_number.clone().unwrap();
        let named = client.get_order_by_order_number(number.clone()).unwrap().unwrap();
        prop_assert!(all.contains(&named));
        let meant = named.order_info.unwrap();
        let report = client.get_order_status_report(number.clone()).unwrap().unwrap();
        prop_assert_eq!(report.order_id, meant.order_id, "the report of {}", number);
        prop_assert_eq!(report.order_status_number, meant.order_status_number);
        prop_assert_eq!(report.ordered_number_of_items, meant.ordered_number_of_items);
        prop_assert_eq!(report.picked_number_of_items, meant.picked_number_of_items);
        let query = OrderFilters {
            order_numbers_to_get: Some(vec![number.clone()]),
            order_status_from: Some(info.order_status_number),
            order_status_to: Some(info.order_status_number),
            ..OrderFilters::default()
        };
        let found = client.get_orders_by_query(query).unwrap().orders.unwrap();
        prop_assert!(found.contains(order));
    }
    Ok(())
}
