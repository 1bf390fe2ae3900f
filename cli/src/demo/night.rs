//! The steps of the demo, in order.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;
use std::time::SystemTime;

use anyhow::{Context as _, Result, anyhow};
use ongoing_wms::sandbox::Sandbox;
use ongoing_wms::sandbox::contract::*;
use ongoing_wms::text::counted;
use ongoing_wms::xml::{Bytes, DateTime};
use ongoing_wms::{Client, Decimal, Error};

use super::figures::{DemoFigures, add};
use super::files;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::page::Page;

/// Name under which the time of the last run is stored.
const INTEGRATION: &str = "webshop";

pub struct Night<'a> {
    client: Client,
    sandbox: &'a Sandbox,
    figures: &'a DemoFigures,
    page: Page,
    /// Names of the articles, by number.
    names: BTreeMap<String, String>,
    /// Orders that the warehouse accepted, by number, with the system's id.
    accepted: BTreeMap<String, i32>,
    /// The expected stock at the end, by article.
    expected: BTreeMap<String, Decimal>,
}

impl<'a> Night<'a> {
    pub fn new(client: Client, sandbox: &'a Sandbox, figures: &'a DemoFigures, page: Page) -> Night<'a> {
        let (names, accepted, expected) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Night { client, sandbox, figures, page, names, accepted, expected }
    }

    /// Returns the page, for the figures.
    pub fn done(self) -> Page {
        self.page
    }

    fn heading(&mut self, text: &str) -> Result<()> {
        self.page.line("")?;
        Ok(self.page.heading(text)?)
    }

    fn say(&mut self, text: &str) -> Result<()> {
        Ok(self.page.paragraph(2, text)?)
    }

    /// Saves the shop's articles.
    pub fn articles(&mut self) -> Result<()> {
        self.heading("Articles, from the web shop's export (articles.csv)")?;
        let articles = files::articles(files::ARTICLES).context("articles.csv")?;
        for article in &articles {
            self.client.call(ProcessArticle { art: Some(article.clone()) })?;
            add(&self.figures.articles, 1);
        }
        for article in articles {
            let number = article.article_number.unwrap_or_default();
            self.names.insert(number, article.article_name.unwrap_or_default());
        }
        let some: Vec<&str> = self.names.values().step_by(4).map(String::as_str).collect();
        self.say(&format!("{} saved, such as {}", self.names.len(), some.join("; ")))
    }

    /// Announces goods, which the warehouse then receives.
    pub fn goods_in(&mut self) -> Result<()> {
        self.heading("Goods in (in-orders.jsonl)")?;
        for order in files::json_lines::<InOrder>(files::IN_ORDERS).context("in-orders.jsonl")? {
            let number = order.in_order_info.as_ref().and_then(|info| info.goods_owner_order_number.clone());
            let number = number.unwrap_or_default();
            let supplier =
                order.in_order_supplier.as_ref().and_then(|supplier| supplier.supplier_name.clone());
            let lines = order.in_order_lines.clone().unwrap_or_default();
            self.client.call(ProcessInOrder { co: Some(order) })?;
            self.sandbox.receive(&number)?;
            for line in &lines {
                let article = line.article_number.clone().unwrap_or_default();
                *self.expected.entry(article).or_default() += line.number_of_items;
            }
            add(&self.figures.received_lines, lines.len());
            let supplier = supplier.unwrap_or_default();
            let lines = count(lines.len(), "line");
            self.say(&format!("{number} announced: {lines} from {supplier}; received"))?;
        }
        Ok(())
    }

    /// Sends the orders. One names an unknown article, one is sent twice.
    pub fn orders(&mut self) -> Result<()> {
        self.heading("Orders out (orders.jsonl)")?;
        for order in files::json_lines::<CustomerOrder>(files::ORDERS).context("orders.jsonl")? {
            let info = order.order_info.as_ref();
            let number = info.and_then(|info| info.goods_owner_order_number.clone()).unwrap_or_default();
            let text = match self.client.call(ProcessOrder { co: Some(order.clone()) }) {
                Ok(result) => self.accept(&number, &order, result.order_id),
                Err(Error::Refused(refused)) => {
                    add(&self.figures.refused, 1);
                    format!("refused: {}", refused.message())
                }
                Err(error) => return Err(error.into()),
            };
            self.say(&format!("{number} {text}"))?;
        }
        Ok(())
    }

    fn accept(&mut self, number: &str, order: &CustomerOrder, id: i32) -> String {
        if let Some(known) = self.accepted.insert(number.to_owned(), id) {
            add(&self.figures.repeated, 1);
            return match known == id {
                true => "sent a second time: still one order".to_owned(),
                false => "sent a second time: now two orders".to_owned(),
            };
        }
        add(&self.figures.orders, 1);
        let lines = order.customer_order_lines.as_deref().unwrap_or_default();
        for line in lines {
            let article = line.article_number.clone().unwrap_or_default();
            *self.expected.entry(article).or_default() -= line.number_of_items;
        }
        let customer = order.customer.as_ref();
        let to = customer.map(|customer| [customer.name.as_deref(), customer.city.as_deref()]);
        let to: Vec<&str> = to.into_iter().flatten().flatten().collect();
        format!("accepted: {} to {}", count(lines.len(), "line"), to.join(", "))
    }

    /// The work of staff and transporters.
    pub fn warehouse_work(&mut self) -> Result<()> {
        self.heading("The warehouse works")?;
        for (index, number) in self.accepted.keys().enumerate() {
            self.sandbox.allocate(number)?;
            self.sandbox.pick(number)?;
            self.sandbox.ship(number, &format!("SP{:09}SE", 731_204_500 + index))?;
            add(&self.figures.shipped, 1);
        }
        self.say(&format!("{} allocated, picked and shipped", count(self.accepted.len(), "order")))
    }

    /// Reads orders and stock, and compares them with the expected result.
    pub fn read_back(&mut self) -> Result<()> {
        self.heading("Tracking and stock, read back")?;
        let numbers = self.accepted.keys().cloned().collect();
        let query = OrderFilters { order_numbers_to_get: Some(numbers), ..OrderFilters::default() };
        let orders = self.client.call(GetOrdersByQuery { query: Some(query) })?.orders.unwrap_or_default();
        let mut found = BTreeSet::new();
        for order in &orders {
            let info = order.order_info.as_ref().ok_or_else(|| differs("an order has no OrderInfo"))?;
            let number = info.goods_owner_order_number.clone().unwrap_or_default();
            let waybills = order.tracking.iter().flatten().filter_map(|tracking| tracking.waybill.as_deref());
            let waybills: Vec<&str> = waybills.collect();
            if waybills.is_empty() || info.picked_number_of_items != info.ordered_number_of_items {
                return Err(differs(format!(
                    "order {number} is not completely shipped, or has no tracking number"
                )));
            }
            let status = info.order_status_text.as_deref().unwrap_or_default();
            let (picked, waybills) = (info.picked_number_of_items.normalize(), waybills.join(", "));
            self.say(&format!("{number} {status}: {picked} picked, tracking number {waybills}"))?;
            found.insert(number);
        }
        add(&self.figures.doubled, orders.len() - found.len());
        if found.len() != self.accepted.len() || self.figures.doubled.load(Ordering::Relaxed) > 0 {
            return Err(differs(format!(
                "expected {}, found {}",
                count(self.accepted.len(), "accepted order"),
                orders.len()
            )));
        }
        self.stock()
    }

    fn stock(&mut self) -> Result<()> {
        let query = Some(GetInventoryQuery::default());
        let lines = self.client.call(GetInventoryByQuery { get_inventory_query: query })?.inventory_lines;
        let mut stock = BTreeMap::new();
        for line in lines.into_iter().flatten() {
            let card = line.article.unwrap_or_default();
            let article = card.article_number.unwrap_or_default();
            if self.names.get(&article) != card.name.as_ref() {
                return Err(differs(format!("the name of {article} was changed")));
            }
            stock.insert(article, line.number_of_items_decimal);
        }
        for (article, expected) in &self.expected {
            if stock.get(article) != Some(expected) {
                let there = stock.get(article).copied().unwrap_or_default();
                return Err(differs(format!("{there} of {article} are in stock, expected {expected}")));
            }
        }
        let total: Decimal = stock.values().sum();
        self.say(&format!(
            "{}, {} items in stock: exactly what came in minus what went out",
            count(stock.len(), "article"),
            total.normalize()
        ))
    }

    /// Attaches a file to an order, and reads it.
    pub fn attach_file(&mut self) -> Result<()> {
        self.heading("A file")?;
        let number = self.accepted.keys().next().cloned().unwrap_or_default();
        let name = format!("följesedel {number}.pdf");
        let file = File {
            file_name: Some(name.clone()),
            file_bytes: Some(Bytes(files::PACKING_NOTE.to_vec())),
            mime_type: Some("application/pdf".to_owned()),
            ..File::default()
        };
        let order_file = OrderFile {
            file: Some(file),
            goods_owner_order_number: Some(number.clone()),
            ..OrderFile::new(OrderFileIdentificationType::GoodsOwnerOrderNumber)
        };
        self.client.call(UploadOrderFile { order_file: Some(order_file) })?;
        let wanted = FileSearchValues { order_number: Some(number.clone()), ..FileSearchValues::default() };
        let found = self.client.call(GetFileList { file_search_values: Some(wanted) })?.files_info_list;
        let found = found.and_then(|list| list.into_iter().next());
        let id = found.ok_or_else(|| differs(format!("order {number} has no file")))?.file_id;
        let back = self.client.call(GetFile { file_id: id })?;
        let bytes = back.and_then(|file| file.file_bytes).map(|bytes| bytes.0).unwrap_or_default();
        if bytes != files::PACKING_NOTE {
            return Err(differs(format!("the file of order {number} was changed")));
        }
        self.say(&format!("\"{name}\" attached to {number} and read back: {} bytes, unchanged", bytes.len()))
    }

    /// Stores the time of this run, for the next night.
    pub fn sync_time(&mut self) -> Result<()> {
        self.heading("The time of this run")?;
        let seconds = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        let time =
            i64::try_from(seconds).ok().and_then(|seconds| chrono::DateTime::from_timestamp(seconds, 0));
        let time = DateTime::from(time.unwrap_or_default());
        let integration = || Some(INTEGRATION.to_owned());
        self.client.call(SetTimeOfLastSync { integration_type: integration(), sync_time: time })?;
        let stored = self.client.call(GetTimeOfLastSync { integration_type: integration() })?;
        let stored = stored.ok_or_else(|| differs("no time is stored"))?;
        if stored != time {
            return Err(differs(format!("the time {time} was read back as {stored}")));
        }
        self.say(&format!("stored under \"{INTEGRATION}\" and read back: {stored}"))
    }
}

fn count(number: usize, noun: &str) -> String {
    counted(number as u64, noun)
}

/// The demo has a wrong result: a bug here or in the sandbox.
fn differs(text: impl Into<String>) -> anyhow::Error {
    anyhow!(Failure::new(Exit::Bug, format!("the demo did not end as expected: {}", text.into())))
}
