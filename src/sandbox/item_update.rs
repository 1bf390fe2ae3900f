//! Facts of article items that the goods owner changes, and the log of them.
//!
//! The contract does not know the members of these answers: they stand in elements named after the service's types.

use rusqlite::{OptionalExtension as _, params};
use rust_decimal::Decimal;

use super::code::{self, Wanted};
use super::contract::*;
use super::database::moment;
use super::desk::Desk;
use super::filter::Filter;
use super::open::{self, Open as _};
use super::refused::Refused;
use super::{article, item};
use crate::xml::Element;

/// What is logged of an item, by the name of the kind of change, and its column.
const LOGGED: [(&str, &str); 4] = [
    ("ArticleItemStatus", "status_code"),
    ("ArticleItemCategory", "category_code"),
    ("Price", "price"),
    ("Batch", "batch"),
];

/// Changes a fact of an item, and logs it.
pub(super) fn set(
    desk: &Desk<'_>,
    item: i32,
    kind: &str,
    value: Option<&str>,
) -> Result<(), rusqlite::Error> {
    let Some((_, column)) = LOGGED.iter().find(|(name, _)| *name == kind) else { return Ok(()) };
    let changed = desk.execute(
        &format!(
            "INSERT INTO item_change (article_item, type, before, after, at)
             SELECT id, ?2, {column}, ?3, ?4 FROM article_item WHERE id = ?1 AND {column} IS NOT ?3"
        ),
        params![item, kind, value, desk.stamp()],
    )?;
    if changed == 0 {
        return Ok(());
    }
    desk.execute(&format!("UPDATE article_item SET {column} = ?2 WHERE id = ?1"), params![item, value])?;
    if kind == "ArticleItemStatus" {
        desk.execute("UPDATE article_item SET status_changed = ?2 WHERE id = ?1", (item, desk.stamp()))?;
    }
    Ok(())
}

/// A status or category of items, by its code or its id; a code that is new is made.
fn entry(
    desk: &Desk<'_>,
    kind: &str,
    code: Option<&str>,
    id: Option<i32>,
) -> Result<Option<String>, Refused> {
    if let Some(code) = code {
        let wanted =
            Wanted { kind, operation: "FindOrCreate", by_name: false, code: Some(code), name: Some(code) };
        return Ok(code::resolve(desk, &wanted)?.and_then(|found| found.code));
    }
    let id = id.ok_or_else(|| Refused::missing(&format!("The code or id of the {kind}")))?;
    let sql = "SELECT code FROM code WHERE rowid = ?1 AND owner = ?2 AND kind = ?3";
    let found = desk.query_row(sql, (id, desk.owner()?.id, kind), |row| row.get(0)).optional()?;
    found.ok_or_else(|| Refused::rule(format!("There is no {kind} with the id {id}")))
}

pub(super) fn update(
    desk: &Desk<'_>,
    request: UpdateArticleItems,
) -> Result<UpdateArticleItemsResult, Refused> {
    let wanted = request.operation.ok_or_else(|| Refused::missing("Operation"))?;
    let named = wanted.identification.as_ref().ok_or_else(|| Refused::missing("Identification"))?;
    let mut any = Vec::new();
    for id in chosen(desk, named, wanted.number_of_items_to_update)? {
        change(desk, id, &wanted)?;
        let sql = "SELECT item.id, item.id AS ArticleItemId, origin AS OriginalArticleItemId, item.number AS NumberOfItems,
                   article AS \"Article.ArticleSystemId\", article.number AS \"Article.ArticleNumber\"
                   FROM article_item AS item JOIN article ON article.id = article WHERE item.id = ?1";
        any.extend(open::elements(open::rows(desk, "UpdatedArticleItem", sql, [id])?));
        let article =
            desk.query_row("SELECT article FROM article_item WHERE id = ?1", [id], |row| row.get(0))?;
        article::touch(desk, article)?;
    }
    Ok(UpdateArticleItemsResult { any })
}

/// The items that are meant, split where only a part of one is.
fn chosen(
    desk: &Desk<'_>,
    named: &UpdateArticleItemsIdentification,
    number: Option<Decimal>,
) -> Result<Vec<i32>, Refused> {
    let is_named = named.article_number.is_some()
        || named.article_system_id.is_some()
        || named.original_article_item_id.is_some()
        || named.article_item_id.is_some();
    if !is_named {
        return Err(Refused::missing(
            "ArticleNumber, ArticleSystemId, OriginalArticleItemId or ArticleItemId",
        ));
    }
    let mut filter = Filter::new();
    let of_article = "article IN (SELECT id FROM article WHERE owner = ?)";
    filter.and(of_article, desk.owner()?.id);
    filter.and_if("article IN (SELECT id FROM article WHERE number = ?)", named.article_number.clone());
    filter.and_if("article = ?", named.article_system_id);
    filter.and_if("coalesce(origin, id) = ?", named.original_article_item_id);
    filter.and_if("id = ?", named.article_item_id);
    filter.and_if("batch = ?", named.batch.clone());
    filter.and_if("serial = ?", named.serial.clone());
    if let Some(id) = named.article_item_status_id {
        filter.and_if("status_code = ?", entry(desk, STATUS, None, Some(id))?);
    }
    // Announced items are no items here yet, so IsInStockOrIsAdvised finds what IsInStock does.
    if named.stock_status != Some(StockStatus::NoFilter) {
        filter.plain("CAST(number AS REAL) > 0");
    }
    let items = item::all(desk, &filter)?;
    if items.is_empty() {
        return Err(Refused::rule("No article item was found"));
    }
    let Some(number) = number else { return Ok(items.into_iter().map(|item| item.id).collect()) };
    if number <= Decimal::ZERO {
        return Err(Refused::rule("NumberOfItemsToUpdate must be above 0"));
    }
    let (parts, missing) = item::choose(&items, number);
    if missing > Decimal::ZERO {
        return Err(Refused::rule(format!(
            "NumberOfItemsToUpdate is {number}, but {missing} of them are missing"
        )));
    }
    parts.into_iter().map(|(id, part)| Ok(item::split(desk, id, part)?)).collect()
}

/// The code table of statuses.
pub(super) const STATUS: &str = "article item status";

fn change(desk: &Desk<'_>, id: i32, wanted: &UpdateArticleItemsOperation) -> Result<(), Refused> {
    if let Some(status) = &wanted.update_article_item_status {
        let code =
            entry(desk, STATUS, status.article_item_status_code.as_deref(), status.article_item_status_id)?;
        set(desk, id, "ArticleItemStatus", code.as_deref())?;
    }
    if let Some(category) = &wanted.update_article_item_category {
        let (code, system_id) =
            (category.article_item_category_code.as_deref(), category.article_item_category_id);
        let code = entry(desk, "article item category", code, system_id)?;
        set(desk, id, "ArticleItemCategory", code.as_deref())?;
    }
    if let Some(lock) = &wanted.update_article_item_lock {
        desk.execute("UPDATE article_item SET locked = ?2 WHERE id = ?1", (id, lock.is_locked_by_item_lock))?;
    }
    if let Some(price) = &wanted.update_article_item_price {
        set(desk, id, "Price", Some(&price.article_item_price.to_string()))?;
    }
    if let Some(batch) = &wanted.update_article_item_batch {
        set(desk, id, "Batch", batch.batch.as_deref())?;
    }
    Ok(())
}

pub(super) fn changes(
    desk: &Desk<'_>,
    request: GetArticleItemChanges,
) -> Result<GetArticleItemChangesResult, Refused> {
    let query = request.query.ok_or_else(|| Refused::missing("Query"))?;
    let most = query.max_changes_to_get;
    if !(10..=2000).contains(&most) {
        return Err(Refused::rule(format!("MaxChangesToGet is {most}, but must be 10 to 2000")));
    }
    let mut filter = Filter::new();
    filter.and("article.owner = ?", desk.owner()?.id);
    filter.and_if("item_change.at >= ?", query.from_time.map(moment));
    filter.and_if("item_change.id > ?", query.from_article_item_log_id);
    let kinds: Option<Vec<&str>> = query
        .only_get_changes
        .as_ref()
        .map(|kinds| kinds.iter().map(ArticleItemChangeType::as_str).collect());
    filter.one_of("item_change.type", kinds.as_deref());
    let join = "FROM item_change JOIN article_item AS item ON item.id = article_item
                JOIN article ON article.id = item.article";
    let sql = format!(
        "SELECT item_change.id, item_change.id AS LogId, item_change.at AS Time, item.id AS ArticleItemId,
         article.id AS \"Article.ArticleSystemId\", article.number AS \"Article.ArticleNumber\"
         {join} {} ORDER BY item_change.id LIMIT {most}",
        filter.sql()
    );
    let mut any = Vec::new();
    for (id, element) in open::rows(desk, "ArticleItemChange", &sql, filter.values())? {
        any.push(with_versions(desk, id, element)?);
    }
    Ok(GetArticleItemChangesResult { any })
}

/// Adds what the fact was before, and what it is now.
fn with_versions(desk: &Desk<'_>, change: i32, element: Element) -> Result<Element, Refused> {
    let sql = "SELECT type, before, after FROM item_change WHERE id = ?1";
    let (kind, before, after): (String, Option<String>, Option<String>) =
        desk.query_row(sql, [change], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let version = |name: &str, value: Option<String>| {
        let version = Element::named(name);
        match value {
            None => version,
            Some(value) if matches!(kind.as_str(), "ArticleItemStatus" | "ArticleItemCategory") => {
                version.with_child(Element::named(&kind).fact(&format!("{kind}Code"), value))
            }
            Some(value) => version.fact(&kind, value),
        }
    };
    let before = version("PreviousArticleItemVersion", before);
    Ok(element.with_child(before).with_child(version("NewArticleItemVersion", after)))
}
