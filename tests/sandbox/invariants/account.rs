//! Whether the quantities add up, by the service's own answers.

use std::collections::BTreeMap;

use ongoing_wms::api::*;
use ongoing_wms::sandbox::{Sandbox, StateRow};
use ongoing_wms::{Client, Decimal};
use proptest::prelude::*;

use super::course::{self, number};

/// A quantity of each article.
type Account = BTreeMap<String, Decimal>;

fn add(account: &mut Account, article: Option<String>, items: Decimal) {
    *account.entry(article.unwrap_or_default()).or_default() += items;
}

fn of(account: &Account, article: &str) -> Decimal {
    account.get(article).copied().unwrap_or_default()
}

pub fn check(sandbox: &Sandbox, clients: &[Client]) -> Result<(), TestCaseError> {
    let all = course::orders(sandbox);
    for (client, id) in clients.iter().zip(1..) {
        let owner = sandbox.for_goods_owner(&format!("OWNER-{id}")).unwrap();
        let own: Vec<&course::Order> = all.values().filter(|order| order.owner == id).collect();
        stock(client, &owner, &own)?;
        orders(client, &owner)?;
    }
    Ok(())
}

// ---- stock -----------------------------------------------------------------------------------------------------

fn stock(client: &Client, owner: &Sandbox, orders: &[&course::Order]) -> Result<(), TestCaseError> {
    let (flow, items, houses) = (flow(client, owner, orders), items(client), houses(client));
    let articles = owner.rows("articles").unwrap();
    let (booked, picked) = outbound(orders);
    let to_receive = to_receive(owner);
    let mut sellable = Account::new();
    for article in &articles {
        let name = article.key.as_str();
        let is = |member: &str| number(&article[member]);
        let physical = is("NumberOfItems");
        prop_assert!(physical >= Decimal::ZERO);
        prop_assert_eq!(physical, of(&flow, name), "{}: what came in less what went out", name);
        prop_assert_eq!(physical, of(&items, name), "{}: items", name);
        prop_assert_eq!(physical, of(&houses, name), "{}: warehouses", name);
        prop_assert_eq!(is("NumberOfBookedItems"), of(&booked, name), "{}: ordered and not picked", name);
        prop_assert_eq!(
            is("PickedToBeCollectedNumberOfItems"),
            of(&picked, name),
            "{}: picked and still here",
            name
        );
        prop_assert_eq!(is("ToReceiveNumberOfItems"), of(&to_receive, name), "{}: announced", name);
        prop_assert!(is("AllocatedNumberOfItems") <= physical, "{}: more set aside than there is", name);
        prop_assert!(
            is("AllocatedNumberOfItems") <= is("NumberOfBookedItems"),
            "{}: more set aside than is ordered",
            name
        );
        sellable.insert(name.to_owned(), physical - is("NumberOfBookedItems"));
    }
    for article in &articles {
        let name = article.key.as_str();
        let expected = match name.strip_suffix("KIT") {
            Some(prefix) => {
                let part = |part: &str, each: i64| {
                    (of(&sellable, &format!("{prefix}{part}")) / Decimal::from(each)).floor()
                };
                part("A", 2).min(part("B", 1))
            }
            None => of(&sellable, name),
        };
        prop_assert_eq!(number(&article["SellableNumberOfItems"]), expected, "{}: sellable", name);
    }
    answers_agree(client, &articles)
}

/// What came in by each way, less what went out.
fn flow(client: &Client, owner: &Sandbox, orders: &[&course::Order]) -> Account {
    let mut flow = Account::new();
    for line in owner.rows("in-orders").unwrap().iter().flat_map(|order| &order.lines) {
        add(
            &mut flow,
            line["ArticleNumber"].as_str().map(str::to_owned),
            number(&line["ReceivedNumberOfItems"]),
        );
    }
    for line in orders.iter().flat_map(|order| order.leaves()) {
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
fn outbound(orders: &[&course::Order]) -> (Account, Account) {
    let (mut booked, mut here) = (Account::new(), Account::new());
    for order in orders {
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

fn to_receive(owner: &Sandbox) -> Account {
    let mut to_receive = Account::new();
    let in_orders = owner.rows("in-orders").unwrap();
    for order in in_orders.iter().filter(|order| order["InOrderStatusNumber"].as_i64().unwrap() < 500) {
        for line in &order.lines {
            let left = number(&line["AdvisedNumberOfItems"]) - number(&line["ReceivedNumberOfItems"]);
            add(&mut to_receive, line["ArticleNumber"].as_str().map(str::to_owned), left.max(Decimal::ZERO));
        }
    }
    to_receive
}

/// The inventory that the service tells is that of the state.
fn answers_agree(client: &Client, articles: &[StateRow]) -> Result<(), TestCaseError> {
    let lines = client.get_inventory_by_query(GetInventoryQuery::default()).unwrap().inventory_lines.unwrap();
    prop_assert_eq!(lines.len(), articles.len());
    for (line, article) in lines.iter().zip(articles) {
        let is = |member: &str| number(&article[member]);
        prop_assert_eq!(line.number_of_items_decimal, is("NumberOfItems"));
        prop_assert_eq!(line.number_of_booked_items_decimal, is("NumberOfBookedItems"));
        prop_assert_eq!(line.allocated_number_of_items, Some(is("AllocatedNumberOfItems")));
        prop_assert_eq!(line.sellable_number_of_items, is("SellableNumberOfItems"));
        prop_assert_eq!(line.to_receive_number_of_items, is("ToReceiveNumberOfItems"));
        prop_assert_eq!(line.picked_to_be_collected_number_of_items, is("PickedToBeCollectedNumberOfItems"));
    }
    Ok(())
}

// ---- orders ----------------------------------------------------------------------------------------------------

/// All ways to read an order tell the same.
fn orders(client: &Client, owner: &Sandbox) -> Result<(), TestCaseError> {
    let all = client.get_orders_by_query(OrderFilters::default()).unwrap().orders.unwrap();
    let known = owner.rows("orders").unwrap();
    prop_assert_eq!(all.len(), known.len());
    for (order, kept) in all.iter().zip(&known) {
        let info = order.order_info.as_ref().unwrap();
        prop_assert_eq!(info.order_id, kept.id);
        prop_assert_eq!(i64::from(info.order_status_number), kept["OrderStatusNumber"].as_i64().unwrap());
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
