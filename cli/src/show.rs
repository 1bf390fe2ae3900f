//! `ongoing show`: shows everything about an order or article in one view.

use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use ongoing_wms::batch::Journal;
use ongoing_wms::batch::journal::Entry;
use ongoing_wms::dynamic;
use serde_json::{Value, json};

use super::call::{Caller, Service};
use super::exit::Exit;
use super::failure::{Failure, warn};
use super::files;
use super::keys;
use super::order_kind::{IN_ORDER, ORDER, OrderKind};
use super::page::Page;
use super::shape;

/// Show everything about an order or an article
///
/// Shows status, lines, tracking and files from the warehouse, and what push knows about it. Exit code 1 if one is not
/// found.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  ongoing show order 1001
  ongoing show order 1001 1002 --journal orders.journal --output json
  ongoing show article MUG-RED")]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Show outbound orders: status, lines, tracking, files
    Order(KeyArgs),
    /// Show in-orders: status and lines
    InOrder(KeyArgs),
    /// Show articles: stock and files
    #[command(mut_arg("keys", |keys| keys.help("Article numbers")))]
    Article(KeyArgs),
}

#[derive(clap::Args)]
struct KeyArgs {
    /// The goods owner's numbers of the orders
    #[arg(required = true, value_name = "KEY", add = keys::keys(None), value_parser = NonEmptyStringValueParser::new())]
    keys: Vec<String>,
    /// Journal of a push, to show what push knows [default: the one in the settings' journal folder]
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
    #[command(flatten)]
    shape: shape::Args,
    #[command(flatten)]
    service: Service,
}

/// What is shown for a key.
struct View {
    key: String,
    /// As the service has them; a reused number gives several.
    found: Vec<Value>,
    /// `None` if they cannot be listed.
    files: Option<Vec<Value>>,
    records: Vec<Entry>,
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    let (what, wanted) = match &args.command {
        Command::Order(wanted) => (Thing::Order(&ORDER), wanted),
        Command::InOrder(wanted) => (Thing::Order(&IN_ORDER), wanted),
        Command::Article(wanted) => (Thing::Article, wanted),
    };
    wanted.shape.check()?;
    let caller = wanted.service.caller()?;
    let journal = journal(wanted, what.kind_of_record())?;
    let views = wanted
        .keys
        .iter()
        .map(|key| what.view(&caller, key, journal.as_ref()))
        .collect::<anyhow::Result<Vec<_>>>()?;
    match wanted.shape.is_text() {
        true => print_views(&what, &views)?,
        false => wanted.shape.print(&views.iter().map(View::to_json).collect())?,
    }
    let missing: Vec<&str> =
        views.iter().filter(|view| view.found.is_empty()).map(|view| view.key.as_str()).collect();
    match missing.is_empty() {
        true => Ok(()),
        false => {
            let text = format!("{} not found: {}", what.name(), missing.join(", "));
            Err(Failure::new(Exit::Refused, text).into())
        }
    }
}

/// The named journal, else the one in the journal folder, if it exists.
fn journal(wanted: &KeyArgs, kind: &str) -> anyhow::Result<Option<Journal>> {
    let path = match &wanted.journal {
        Some(path) => path.clone(),
        None => {
            let journal = wanted.service.connection.file()?.journal(kind).filter(|path| path.exists());
            let Some(path) = journal else { return Ok(None) };
            path
        }
    };
    let wrong = |error: ongoing_wms::batch::JournalError| {
        Failure::new(Exit::BadInput, error.to_string()).hint(error.hint())
    };
    Ok(Some(Journal::look_into(&path).map_err(wrong)?))
}

/// What can be shown.
enum Thing {
    Order(&'static OrderKind),
    Article,
}

impl Thing {
    fn name(&self) -> &'static str {
        match self {
            Thing::Order(kind) => kind.what,
            Thing::Article => "article",
        }
    }

    /// The kind of records of a push.
    fn kind_of_record(&self) -> &'static str {
        match self {
            Thing::Order(kind) => kind.records,
            Thing::Article => "articles",
        }
    }

    fn view(&self, caller: &Caller, key: &str, journal: Option<&Journal>) -> anyhow::Result<View> {
        let found = match self {
            Thing::Order(kind) => kind.find(caller, key)?,
            Thing::Article => stock(caller, key)?,
        };
        let owner = match self {
            Thing::Order(kind) if kind.has_files => Some(json!({ "OrderNumber": key })),
            Thing::Order(_) => None,
            Thing::Article => Some(json!({ "ArticleNo": key })),
        };
        let files = match owner.filter(|_| !found.is_empty() && dynamic::find("GetFileList").is_some()) {
            Some(owner) => files::list_of(caller, &owner)
                .inspect_err(|error| {
                    warn(format!("the files of {key} cannot be listed: {}", error.root_cause()));
                })
                .ok(),
            None => Some(Vec::new()),
        };
        let mut records = Vec::new();
        if let Some(journal) = journal {
            journal
                .entries(|entry| {
                    if entry.key == key {
                        records.push(entry);
                    }
                })
                .map_err(|error| Failure::new(Exit::BadInput, error.to_string()).hint(error.hint()))?;
        }
        Ok(View { key: key.to_owned(), found, files, records })
    }
}

/// The lines of the inventory for an article.
fn stock(caller: &Caller, number: &str) -> anyhow::Result<Vec<Value>> {
    let mut answer = caller.result("GetInventoryByQuery", &json!({ "ArticleNumbersToGet": [number] }))?;
    let lines = match answer["InventoryLines"].take() {
        Value::Array(lines) => lines,
        _ => Vec::new(),
    };
    Ok(lines.into_iter().filter(|line| line["Article"]["ArticleNumber"].as_str() == Some(number)).collect())
}

impl View {
    fn to_json(&self) -> Value {
        let record = |entry: &Entry| {
            json!({
                "goodsOwner": entry.goods_owner,
                "state": entry.state.as_str(),
                "place": entry.place,
                "attempts": entry.attempts,
                "reason": entry.reason,
            })
        };
        json!({
            "key": self.key,
            "found": self.found,
            "files": self.files,
            "journal": self.records.iter().map(record).collect::<Vec<_>>(),
        })
    }
}

fn print_views(what: &Thing, views: &[View]) -> anyhow::Result<()> {
    let mut page = Page::new();
    for (index, view) in views.iter().enumerate() {
        if index > 0 {
            page.line("")?;
        }
        for found in &view.found {
            match what {
                Thing::Order(kind) => order(&mut page, kind, &view.key, found)?,
                Thing::Article => article(&mut page, &view.key, found)?,
            }
        }
        if view.found.is_empty() {
            page.heading(&format!("{} {}: not found", what.name(), view.key))?;
        }
        for file in view.files.iter().flatten() {
            let id = text(&file["FileId"]);
            page.row(&[("file", LABEL), (&id, 8)], 2, &text(&file["FileName"]))?;
        }
        for entry in &view.records {
            let reason = entry.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
            let shown = format!("{}, {}{reason}", entry.state, entry.place);
            page.row(&[("journal", LABEL)], 2, &shown)?;
        }
    }
    page.finish()
}

/// Width of the labels.
const LABEL: usize = 10;

fn order(page: &mut Page, kind: &OrderKind, key: &str, order: &Value) -> anyhow::Result<()> {
    let info = &order[kind.info];
    let (number, status) = kind.status(order);
    page.heading(&format!("{} {key}: {number} {status}", kind.what))?;
    for (label, value) in [
        ("id", text(&info[kind.id])),
        ("delivery", text(&info["DeliveryDate"])),
        ("expected", text(&info["InDate"])),
        ("shipped", text(&info["ShippedTime"])),
        ("consignee", place(&order["Consignee"])),
        // Several waybills, or one with details, have lines of their own.
        (
            "tracking",
            if items(&order["Tracking"]).is_empty() { text(&info["WayBill"]) } else { String::new() },
        ),
        ("remark", text(&info["OrderRemark"])),
    ] {
        if !value.is_empty() {
            page.row(&[(label, LABEL)], 2, &value)?;
        }
    }
    for line in items(&order["PickedOrderLines"]) {
        let (ordered, picked) = (text(&line["OrderedNumberOfItems"]), text(&line["PickedNumberOfItems"]));
        let article = text(&line["Article"]["ArticleNumber"]);
        page.row(&[("line", LABEL), (&article, 20)], 2, &format!("{ordered} ordered, {picked} picked"))?;
    }
    for line in items(&order["ReceivedInOrderLines"]) {
        let (advised, received) = (text(&line["AdvisedNumberOfItems"]), text(&line["ReceivedNumberOfItems"]));
        let article = text(&line["Article"]["ArticleNumber"]);
        page.row(
            &[("line", LABEL), (&article, 20)],
            2,
            &format!("{advised} announced, {received} received"),
        )?;
    }
    for tracking in items(&order["Tracking"]) {
        let shown = format!("{} {}", text(&tracking["Waybill"]), text(&tracking["TrackingUrl"]));
        page.row(&[("tracking", LABEL)], 2, shown.trim())?;
    }
    Ok(())
}

fn article(page: &mut Page, key: &str, line: &Value) -> anyhow::Result<()> {
    page.heading(&format!("article {key}: {}", text(&line["Article"]["Name"])))?;
    for (label, member) in [
        ("in stock", "NumberOfItemsDecimal"),
        ("booked", "NumberOfBookedItemsDecimal"),
        ("sellable", "SellableNumberOfItems"),
        ("locked", "NumberOfLockedItems"),
        ("to receive", "ToReceiveNumberOfItems"),
    ] {
        let value = text(&line[member]);
        if !value.is_empty() {
            page.row(&[(label, LABEL)], 2, &value)?;
        }
    }
    Ok(())
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[][..], Vec::as_slice)
}

fn place(consignee: &Value) -> String {
    let parts = ["Name", "Address", "PostCode", "City", "CountryCode"].map(|name| text(&consignee[name]));
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// A value for people; the time for "not set" is left out.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) if text.starts_with("0001-01-01") => String::new(),
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
