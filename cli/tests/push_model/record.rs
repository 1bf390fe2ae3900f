//! Records: what an input says, in which spelling, and whether something in the warehouse is what it says.

use std::collections::BTreeMap;

use fastrand::Rng;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Kind {
    Articles,
    Orders,
    InOrders,
}

pub const KINDS: [Kind; 3] = [Kind::Articles, Kind::Orders, Kind::InOrders];

/// Index of the member that a service of an earlier year has and does not show; the one before it no service shows.
pub const NEWER: usize = 5;

/// How a value is written and compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A text; the service keeps so many UTF-16 units of it, or all with 0.
    Text(usize),
    Decimal,
    Date,
}

/// A member of a payload that this test varies.
#[derive(Debug)]
pub struct Member {
    /// Path in the payload.
    pub sent: &'static str,
    /// Path in a row of the look-up; `None` where the contract's answer has no such member.
    pub shown: Option<&'static str>,
    pub form: Form,
}

const fn member(sent: &'static str, shown: Option<&'static str>, form: Form) -> Member {
    Member { sent, shown, form }
}

static ARTICLE: [Member; 6] = [
    member("ArticleName", Some("Article.Name"), Form::Text(200)),
    member("ArticleDescription", Some("Article.Description"), Form::Text(0)),
    member("SupplierArticleNumber", Some("Article.SupplierArticleNumber"), Form::Text(200)),
    member("Weight", Some("Article.Weight"), Form::Decimal),
    member("AdditionalStatisticsNumber", None, Form::Text(0)),
    member("LinkToPicture", Some("Article.LinkToPicture"), Form::Text(0)),
];

static ORDER: [Member; 6] = [
    member("OrderInfo.OrderRemark", Some("OrderInfo.OrderRemark"), Form::Text(500)),
    member("OrderInfo.ReferenceNumber", Some("OrderInfo.ReferenceNumber"), Form::Text(50)),
    member("OrderInfo.DeliveryDate", Some("OrderInfo.DeliveryDate"), Form::Date),
    member("OrderInfo.FreightPrice", Some("OrderInfo.FreightPrice"), Form::Decimal),
    member("OrderInfo.TransporterBulkId", None, Form::Text(0)),
    member("OrderInfo.WarehouseInstruction", Some("OrderInfo.WarehouseInstruction"), Form::Text(500)),
];

static IN_ORDER: [Member; 6] = [
    member("InOrderInfo.OrderRemark", Some("InOrderInfo.Comment"), Form::Text(1000)),
    member("InOrderInfo.SupplierOrderNumber", Some("InOrderInfo.SupplierOrderNumber"), Form::Text(50)),
    member("InOrderInfo.InDate", Some("InOrderInfo.InDate"), Form::Date),
    member("InOrderInfo.InvoiceNumber", Some("InOrderInfo.InvoiceNumber"), Form::Text(100)),
    member("InOrderInfo.TermsOfDeliveryTypeLocation", None, Form::Text(0)),
    member("InOrderInfo.InOrderFreeDecimal1", Some("InOrderInfo.InOrderFreeDecimal1"), Form::Decimal),
];

impl Kind {
    /// As on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Articles => "articles",
            Kind::Orders => "orders",
            Kind::InOrders => "in-orders",
        }
    }

    pub fn members(self) -> &'static [Member; 6] {
        match self {
            Kind::Articles => &ARTICLE,
            Kind::Orders => &ORDER,
            Kind::InOrders => &IN_ORDER,
        }
    }

    /// Where a payload has its number.
    pub fn key(self) -> &'static str {
        match self {
            Kind::Articles => "ArticleNumber",
            Kind::Orders => "OrderInfo.GoodsOwnerOrderNumber",
            Kind::InOrders => "InOrderInfo.GoodsOwnerOrderNumber",
        }
    }

    /// Where a payload says what is to be done; articles are always created or updated.
    pub fn operation(self) -> Option<&'static str> {
        match self {
            Kind::Articles => None,
            Kind::Orders => Some("OrderInfo.OrderOperation"),
            Kind::InOrders => Some("InOrderInfo.InOrderOperation"),
        }
    }

    /// What is kept of a line's comment.
    pub fn line_comment(self) -> Form {
        match self {
            Kind::InOrders => Form::Text(150),
            Kind::Articles | Kind::Orders => Form::Text(300),
        }
    }

    /// The list of lines, and the element of one.
    pub fn lines(self) -> Option<(&'static str, &'static str)> {
        match self {
            Kind::Articles => None,
            Kind::Orders => Some(("CustomerOrderLines", "CustomerOrderLine")),
            Kind::InOrders => Some(("InOrderLines", "InOrderLine")),
        }
    }
}

/// What one record says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Content {
    pub create: bool,
    /// Index of a member of the kind, and its value; `None` is `null`.
    pub members: BTreeMap<usize, Option<String>>,
    pub lines: Vec<Line>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Line {
    pub article: String,
    pub items: String,
    pub comment: Option<String>,
}

impl Content {
    /// Whether both say the same, however numbers and dates are spelled.
    pub fn equals(&self, other: &Content, kind: Kind) -> bool {
        let canonical = |content: &Content| {
            let mut content = content.clone();
            for (index, value) in &mut content.members {
                let form = kind.members()[*index].form;
                *value = value.as_deref().map(|value| canonical(form, value));
            }
            for line in &mut content.lines {
                line.items = canonical(Form::Decimal, &line.items);
            }
            content
        };
        canonical(self) == canonical(other)
    }

    /// The payload in JSON, its members in an order and numbers in a spelling that the seed chooses.
    pub fn payload(&self, kind: Kind, key: &str, owner: Option<&str>, spelling: u64) -> String {
        let mut random = Rng::with_seed(spelling);
        let mut payload = Map::new();
        if let Some(owner) = owner {
            payload.insert("@goodsOwner".into(), json!(owner));
        }
        put(&mut payload, kind.key(), json!(key));
        if self.create
            && let Some(path) = kind.operation()
        {
            put(&mut payload, path, json!("Create"));
        }
        for (index, value) in &self.members {
            let member = &kind.members()[*index];
            let value =
                value.as_deref().map_or(Value::Null, |value| spelled(member.form, value, &mut random));
            put(&mut payload, member.sent, value);
        }
        if let Some((list, _)) = kind.lines() {
            let line = |(index, line): (usize, &Line)| {
                let mut json = json!({
                    "ExternalOrderLineCode": (index + 1).to_string(),
                    "ArticleNumber": line.article,
                    "NumberOfItems": spelled(Form::Decimal, &line.items, &mut random),
                });
                if let Some(comment) = &line.comment {
                    json["OrderLineComment"] = json!(comment);
                }
                json
            };
            let lines = self.lines.iter().enumerate().map(line).collect();
            put(&mut payload, list, Value::Array(lines));
        }
        shuffled(Value::Object(payload), &mut random).to_string()
    }
}

fn put(payload: &mut Map<String, Value>, path: &str, value: Value) {
    match path.split_once('.') {
        None => {
            payload.insert(path.into(), value);
        }
        Some((first, rest)) => {
            let inner = payload.entry(first).or_insert_with(|| json!({}));
            put(inner.as_object_mut().unwrap(), rest, value);
        }
    }
}

/// A value in one of the spellings that mean the same.
fn spelled(form: Form, value: &str, random: &mut Rng) -> Value {
    let plain = canonical(form, value);
    match form {
        Form::Text(_) => json!(value),
        Form::Decimal if value.is_empty() => json!(value),
        Form::Decimal => match random.u8(0..3) {
            0 => json!(plain),
            1 if plain.contains('.') => json!(format!("{plain}0")),
            1 => json!(format!("{plain}.00")),
            _ => serde_json::from_str(&plain).unwrap(),
        },
        Form::Date => match random.bool() {
            true => json!(plain),
            false => json!(plain.trim_end_matches("T00:00:00")),
        },
    }
}

fn shuffled(value: Value, random: &mut Rng) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> =
                members.into_iter().map(|(name, value)| (name, shuffled(value, random))).collect();
            random.shuffle(&mut members);
            Value::Object(members.into_iter().collect())
        }
        Value::Array(items) => items.into_iter().map(|item| shuffled(item, random)).collect(),
        other => other,
    }
}

/// One spelling for all that mean the same.
pub fn canonical(form: Form, value: &str) -> String {
    match form {
        Form::Text(_) => value.to_owned(),
        Form::Decimal => {
            let value = value.trim().trim_start_matches('+');
            match value.split_once('.') {
                Some((whole, part)) => match part.trim_end_matches('0') {
                    "" => whole.to_owned(),
                    part => format!("{whole}.{part}"),
                },
                None => value.to_owned(),
            }
        }
        Form::Date if value.len() == 10 => format!("{value}T00:00:00"),
        Form::Date => value.to_owned(),
    }
}

#[test]
fn spellings_mean_the_same() {
    let content = |weight: &str| Content {
        members: [(0, Some("a".to_owned())), (3, Some(weight.to_owned()))].into(),
        ..Content::default()
    };
    assert!(content("2").equals(&content("2.00"), Kind::Articles));
    assert!(!content("2").equals(&content("2.01"), Kind::Articles));
    let texts: Vec<String> =
        (0..20).map(|seed| content("2.5").payload(Kind::Articles, "A", None, seed)).collect();
    assert!(texts.iter().any(|text| *text != texts[0]));
    for text in texts {
        let value: Value = serde_json::from_str(&text).unwrap();
        let weight = value["Weight"].to_string();
        assert_eq!(canonical(Form::Decimal, weight.trim_matches('"')), "2.5");
    }
}
