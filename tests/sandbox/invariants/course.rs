//! What holds from each step to the next.

use std::collections::{BTreeMap, BTreeSet};

use ongoing_wms::Decimal;
use ongoing_wms::api::OrderOperation;
use ongoing_wms::sandbox::{Sandbox, StateRow};
use proptest::prelude::*;
use serde_json::Value;

use super::step::{Outcome, Step};

/// An order as the state shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    pub owner: i64,
    pub number: String,
    pub status: i64,
    pub lines: Vec<Line>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub id: i64,
    pub parent: Option<i64>,
    pub article: String,
    pub ordered: Decimal,
    pub picked: Decimal,
}

impl Order {
    /// Lines on which goods move: those without parts.
    pub fn leaves(&self) -> impl Iterator<Item = &Line> {
        let parents: BTreeSet<i64> = self.lines.iter().filter_map(|line| line.parent).collect();
        self.lines.iter().filter(move |line| !parents.contains(&line.id))
    }

    fn is_begun(&self) -> bool {
        self.lines.iter().any(|line| !line.picked.is_zero())
    }

    /// What of the lines must stay once picking has begun.
    fn wanted(&self) -> Vec<(i64, &str, Decimal)> {
        self.lines.iter().map(|line| (line.id, line.article.as_str(), line.ordered)).collect()
    }
}

pub fn number(value: &Value) -> Decimal {
    value.as_str().and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("no quantity: {value}"))
}

/// All orders, by their ids.
pub fn orders(sandbox: &Sandbox) -> BTreeMap<i64, Order> {
    let mut orders = BTreeMap::new();
    for order in sandbox.rows("orders").unwrap() {
        let line = |line: &Value| Line {
            id: line["OrderLineSystemId"].as_i64().unwrap(),
            parent: line["ParentOrderLineId"].as_i64(),
            article: line["ArticleNumber"].as_str().unwrap().to_owned(),
            ordered: number(&line["OrderedNumberOfItems"]),
            picked: number(&line["PickedNumberOfItems"]),
        };
        let read = Order {
            status: order["OrderStatusNumber"].as_i64().unwrap(),
            lines: order.lines.iter().map(line).collect(),
            number: order.key,
            owner: order.goods_owner.strip_prefix("OWNER-").unwrap().parse().unwrap(),
        };
        orders.insert(i64::from(order.id), read);
    }
    orders
}

/// What has been, as far as what comes depends on it.
pub struct Course {
    orders: BTreeMap<i64, Order>,
    stock: Vec<StateRow>,
    /// The highest ids that were ever given.
    highest: (i64, i64),
    /// Numbers that Create made twice: they name several orders.
    doubled: BTreeSet<String>,
}

impl Course {
    pub fn begin(sandbox: &Sandbox) -> Course {
        let (orders, stock) = (orders(sandbox), sandbox.rows("articles").unwrap());
        Course { orders, stock, highest: (0, 0), doubled: BTreeSet::new() }
    }

    pub fn go_on(&mut self, sandbox: &Sandbox, step: &Step, outcome: &Outcome) -> Result<(), TestCaseError> {
        let (orders, stock) = (orders(sandbox), sandbox.rows("articles").unwrap());
        if matches!(outcome, Outcome::Refused) {
            prop_assert_eq!(&orders, &self.orders, "refused, and changed all the same: {:?}", step);
            prop_assert_eq!(&stock, &self.stock, "refused, and changed all the same: {:?}", step);
        }
        self.known_orders_stay(&orders)?;
        self.ids_are_new(&orders)?;
        self.a_number_is_an_order(&orders, step, outcome)?;
        for (id, order) in &orders {
            for line in &order.lines {
                prop_assert!(
                    line.picked >= Decimal::ZERO && line.picked <= line.ordered,
                    "{} {:?}",
                    id,
                    line
                );
            }
        }
        (self.orders, self.stock) = (orders, stock);
        Ok(())
    }

    fn known_orders_stay(&self, after: &BTreeMap<i64, Order>) -> Result<(), TestCaseError> {
        for (id, before) in &self.orders {
            let Some(after) = after.get(id) else {
                return Err(TestCaseError::fail(format!("order {id} is gone")));
            };
            prop_assert_eq!(before.owner, after.owner);
            if before.status == 1000 {
                prop_assert_eq!(before, after, "order {} was removed", id);
            }
            if before.is_begun() {
                prop_assert_eq!(before.wanted(), after.wanted(), "picking of order {} had begun", id);
                for (line, later) in before.lines.iter().zip(&after.lines) {
                    prop_assert!(line.picked <= later.picked, "order {}: {:?} then {:?}", id, line, later);
                }
            }
        }
        Ok(())
    }

    fn ids_are_new(&mut self, after: &BTreeMap<i64, Order>) -> Result<(), TestCaseError> {
        let lines = |orders: &BTreeMap<i64, Order>| -> BTreeSet<i64> {
            orders.values().flat_map(|order| order.lines.iter().map(|line| line.id)).collect()
        };
        let (before_lines, after_lines) = (lines(&self.orders), lines(after));
        for id in after.keys().filter(|id| !self.orders.contains_key(id)) {
            prop_assert!(*id > self.highest.0, "order {} was there before", id);
        }
        for id in after_lines.difference(&before_lines) {
            prop_assert!(*id > self.highest.1, "order line {} was there before", id);
        }
        let highest = |ids: Option<&i64>, so_far: i64| ids.copied().unwrap_or_default().max(so_far);
        self.highest =
            (highest(after.keys().last(), self.highest.0), highest(after_lines.last(), self.highest.1));
        Ok(())
    }

    /// Create makes one each time; all else finds the one that is there.
    fn a_number_is_an_order(
        &mut self,
        after: &BTreeMap<i64, Order>,
        step: &Step,
        outcome: &Outcome,
    ) -> Result<(), TestCaseError> {
        if let (Step::Order { owner, number, operation, .. }, Outcome::Done(id)) = (step, outcome) {
            let is_live = |order: &Order| {
                order.owner == i64::from(*owner) && order.number == *number && order.status != 1000
            };
            let live = self.orders.iter().rev().find(|(_, order)| is_live(order)).map(|(id, _)| *id);
            let id = i64::from(id.unwrap());
            if *operation == OrderOperation::Create {
                prop_assert!(!self.orders.contains_key(&id));
                self.doubled.insert(format!("{owner} {number}"));
            } else if let Some(live) = live {
                prop_assert_eq!(id, live);
            } else {
                prop_assert!(*operation == OrderOperation::CreateOrUpdate && !self.orders.contains_key(&id));
            }
        }
        if let (Step::Order { operation, lines, .. }, Outcome::Done(Some(id))) = (step, outcome)
            && *operation != OrderOperation::Remove
        {
            let articles: BTreeSet<&str> = lines.iter().map(|(_, article, _)| article.as_str()).collect();
            let order = &after[&i64::from(*id)];
            let whole = || order.lines.iter().filter(|line| line.parent.is_none());
            let kept: BTreeSet<&str> = whole().map(|line| line.article.as_str()).collect();
            prop_assert_eq!(articles, kept, "articles of order {}", id);
        }
        let mut live = BTreeSet::new();
        for order in after.values().filter(|order| order.status != 1000) {
            let key = format!("{} {}", order.owner, order.number);
            prop_assert!(live.insert(key.clone()) || self.doubled.contains(&key), "{} occurs twice", key);
        }
        Ok(())
    }
}
