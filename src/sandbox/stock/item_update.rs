//! Members of article items that the goods owner can change, and the log of these changes.

use rusqlite::{OptionalExtension as _, params};
use rust_decimal::Decimal;

use super::item;
use crate::sandbox::articles::article;
use crate::sandbox::contract::*;
use crate::sandbox::db;
use crate::sandbox::db::code_table::RequestedCode;
use crate::sandbox::db::condition::Condition;
use crate::sandbox::db::desk::Desk;
use crate::sandbox::db::sql_value::moment;
use crate::sandbox::db::typed_rows;
use crate::sandbox::refused::Refused;

/// The logged changes of an item: the kind of change, and its column.
const LOGGED: [(&str, &str); 8] = [
    ("ArticleItemStatus", "status_code"),
    ("ArticleItemCategory", "category_code"),
    ("Price", "price"),
    ("Batch", "batch"),
    ("Weight", "weight"),
    ("Length", "length"),
    ("Width", "width"),
    ("Height", "height"),
];

/// Changes a member of an item, and logs the change.
pub(crate) fn set(
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

/// A status or category of items, by its code or id; a new code is created.
fn entry(
    desk: &Desk<'_>,
    kind: &str,
    code: Option<&str>,
    id: Option<i32>,
    not_found: &'static str,
) -> Result<Option<String>, Refused> {
    if let Some(code) = code {
        let wanted = RequestedCode {
            kind,
            operation: "FindOrCreate",
            by_name: false,
            code: Some(code),
            name: Some(code),
        };
        return Ok(db::code_table::resolve(desk, &wanted)?.and_then(|found| found.code));
    }
    let missing = || Refused::kind(not_found, format!("The code or id of the {kind} is missing"));
    let id = id.ok_or_else(missing)?;
    let sql = "SELECT code FROM code WHERE rowid = ?1 AND owner = ?2 AND kind = ?3";
    let found = desk.query_row(sql, (id, desk.owner()?.id, kind), |row| row.get(0)).optional()?;
    found.ok_or_else(|| Refused::kind(not_found, format!("The {kind} with the id {id} was not found")))
}

pub(crate) fn update(
    desk: &Desk<'_>,
    request: UpdateArticleItems,
) -> Result<UpdateArticleItemsResult, Refused> {
    let wanted = request.operation.ok_or_else(|| Refused::missing("Operation"))?;
    let named = wanted
        .identification
        .as_ref()
        .ok_or_else(|| Refused::kind("InvalidIdentification", "Identification is missing"))?;
    let items = chosen(desk, named, wanted.number_of_items_to_update)?;
    if !has_a_change(&wanted) {
        return Err(Refused::kind("NoUpdateOperationSpecified", "The operation changes nothing"));
    }
    let mut updated = Vec::new();
    for id in items {
        change(desk, id, &wanted)?;
        updated.extend(typed_rows::all::<UpdatedArticleItem>(desk, UPDATED, [id])?);
        let article =
            desk.query_row("SELECT article FROM article_item WHERE id = ?1", [id], |row| row.get(0))?;
        article::touch(desk, article)?;
    }
    Ok(UpdateArticleItemsResult {
        success: true,
        updated_article_items: Some(updated),
        ..UpdateArticleItemsResult::default()
    })
}

/// An item after its change; the ids of its status and category are those of the code table.
const UPDATED: &str = "SELECT item.id, article AS \"Article.ArticleSystemId\", item.id AS ArticleItemId,
    coalesce(origin, item.id) AS OriginalArticleItemId, serial AS Serial, batch AS Batch,
    (SELECT rowid FROM code WHERE owner = article.owner AND kind = 'article item status' AND code = status_code)
        AS ArticleItemStatusId, item.number AS NumberOfItems,
    (SELECT rowid FROM code WHERE owner = article.owner AND kind = 'article item category' AND code = category_code)
        AS ArticleItemCategoryId, locked AS IsLockedByItemLock, price AS ArticleItemPrice, weight AS ArticleItemWeight,
    length AS ArticleItemLength, width AS ArticleItemWidth, height AS ArticleItemHeight,
    free_decimal1 AS ArticleItemFreeDecimal1, free_decimal2 AS ArticleItemFreeDecimal2
    FROM article_item AS item JOIN article ON article.id = article WHERE item.id = ?1";

fn has_a_change(wanted: &UpdateArticleItemsOperation) -> bool {
    wanted.update_article_item_status.is_some()
        || wanted.update_article_item_category.is_some()
        || wanted.update_article_item_lock.is_some()
        || wanted.update_article_item_price.is_some()
        || wanted.update_article_item_batch.is_some()
        || wanted.update_article_item_weight.is_some()
        || wanted.update_article_item_length.is_some()
        || wanted.update_article_item_width.is_some()
        || wanted.update_article_item_height.is_some()
        || wanted.update_article_item_free_decimal1.is_some()
        || wanted.update_article_item_free_decimal2.is_some()
}

/// The selected items, split if only a part of one is selected.
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
        let text = "ArticleNumber, ArticleSystemId, OriginalArticleItemId or ArticleItemId is missing";
        return Err(Refused::kind("InvalidIdentification", text));
    }
    let mut filter = Condition::new();
    let of_article = "article IN (SELECT id FROM article WHERE owner = ?)";
    filter.and(of_article, desk.owner()?.id);
    filter.and_if("article IN (SELECT id FROM article WHERE number = ?)", named.article_number.clone());
    filter.and_if("article = ?", named.article_system_id);
    filter.and_if("coalesce(origin, id) = ?", named.original_article_item_id);
    filter.and_if("id = ?", named.article_item_id);
    filter.and_if("batch = ?", named.batch.clone());
    filter.and_if("serial = ?", named.serial.clone());
    if let Some(id) = named.article_item_status_id {
        let status = entry(desk, STATUS, None, Some(id), "ArticleItemStatusNotFound")?;
        filter.and_if("status_code = ?", status);
    }
    // Announced items are not items here yet, so IsInStockOrIsAdvised finds the same as IsInStock.
    if named.stock_status != UpdateArticleItemStockStatus::NoFilter {
        filter.plain("CAST(number AS REAL) > 0");
    }
    let items = item::all(desk, &filter)?;
    if items.is_empty() {
        return Err(Refused::kind("NoArticleItemsFound", "No article item was found"));
    }
    let Some(number) = number else { return Ok(items.into_iter().map(|item| item.id).collect()) };
    if number <= Decimal::ZERO {
        return Err(Refused::kind("ErrorUpdating", "NumberOfItemsToUpdate must be above 0"));
    }
    let (parts, missing) = item::choose(&items, number);
    if missing > Decimal::ZERO {
        let text = format!("NumberOfItemsToUpdate is {number}, but {missing} of them are missing");
        return Err(Refused::kind("ArticleItemDivideFailed", text));
    }
    parts.into_iter().map(|(id, part)| Ok(item::split(desk, id, part)?)).collect()
}

/// The code table of statuses.
pub(crate) const STATUS: &str = "article item status";
/// The code table of categories.
const CATEGORY: &str = "article item category";

fn number(desk: &Desk<'_>, id: i32, kind: &str, value: Option<Decimal>) -> Result<(), rusqlite::Error> {
    set(desk, id, kind, value.map(|number| number.to_string()).as_deref())
}

fn change(desk: &Desk<'_>, id: i32, wanted: &UpdateArticleItemsOperation) -> Result<(), Refused> {
    if let Some(status) = &wanted.update_article_item_status {
        let (code, system_id) = (status.article_item_status_code.as_deref(), status.article_item_status_id);
        let code = entry(desk, STATUS, code, system_id, "ArticleItemStatusNotFound")?;
        set(desk, id, "ArticleItemStatus", code.as_deref())?;
    }
    if let Some(category) = &wanted.update_article_item_category {
        let (code, system_id) =
            (category.article_item_category_code.as_deref(), category.article_item_category_id);
        let code = entry(desk, CATEGORY, code, system_id, "ArticleItemCategoryNotFound")?;
        set(desk, id, "ArticleItemCategory", code.as_deref())?;
    }
    if let Some(lock) = &wanted.update_article_item_lock {
        desk.execute("UPDATE article_item SET locked = ?2 WHERE id = ?1", (id, lock.is_locked_by_item_lock))?;
    }
    if let Some(price) = &wanted.update_article_item_price {
        number(desk, id, "Price", price.article_item_price)?;
    }
    if let Some(batch) = &wanted.update_article_item_batch {
        set(desk, id, "Batch", batch.batch.as_deref())?;
    }
    if let Some(weight) = &wanted.update_article_item_weight {
        number(desk, id, "Weight", weight.weight)?;
    }
    if let Some(length) = &wanted.update_article_item_length {
        number(desk, id, "Length", length.length)?;
    }
    if let Some(width) = &wanted.update_article_item_width {
        number(desk, id, "Width", width.width)?;
    }
    if let Some(height) = &wanted.update_article_item_height {
        number(desk, id, "Height", height.height)?;
    }
    let free1 = wanted.update_article_item_free_decimal1.as_ref().map(|free| free.free_decimal1);
    let free2 = wanted.update_article_item_free_decimal2.as_ref().map(|free| free.free_decimal2);
    for (column, free) in [("free_decimal1", free1), ("free_decimal2", free2)] {
        if let Some(free) = free {
            let text = free.map(|number| number.to_string());
            desk.execute(&format!("UPDATE article_item SET {column} = ?2 WHERE id = ?1"), (id, text))?;
        }
    }
    Ok(())
}

pub(crate) fn changes(
    desk: &Desk<'_>,
    request: GetArticleItemChanges,
) -> Result<GetArticleItemChangesResult, Refused> {
    let query = request.query.ok_or_else(|| Refused::missing("Query"))?;
    let most = query.max_changes_to_get;
    if !(10..=2000).contains(&most) {
        return Err(Refused::rule(format!("MaxChangesToGet is {most}, but must be 10 to 2000")));
    }
    let mut filter = Condition::new();
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
        "SELECT item_change.id, article.id AS \"Article.ArticleDefId\", article.number AS \"Article.ArticleNumber\",
         article.product_code AS \"Article.ProductCode\", article.name AS \"Article.ArticleName\",
         item_change.id AS ArticleItemLogId, coalesce(item.origin, item.id) AS OriginalArticleItemId,
         item_change.at AS ChangeTime, item.number AS NumberOfItems
         {join} {} ORDER BY item_change.id LIMIT {most}",
        filter.sql()
    );
    let mut changes = Vec::new();
    for (id, change) in typed_rows::keyed::<ArticleItemChange>(desk, &sql, filter.values())? {
        changes.push(ArticleItemChange {
            previous_version: typed_rows::all(desk, &version("before"), [id])?.pop(),
            new_version: typed_rows::all(desk, &version("after"), [id])?.pop(),
            ..change
        });
    }
    Ok(GetArticleItemChangesResult {
        success: true,
        article_item_changes: Some(changes),
        ..GetArticleItemChangesResult::default()
    })
}

/// An item before or after a change: undoes later changes, newest first.
fn version(side: &str) -> String {
    // The value at that time is the one before the next change; without a later change it is the current value.
    let fact = |kind: &str, column: &str| {
        format!(
            "iif(change.type = '{kind}', change.{side}, coalesce((SELECT iif(later.before IS NULL, '', later.before)
             FROM item_change AS later WHERE later.article_item = item.id AND later.type = '{kind}'
             AND later.id > change.id ORDER BY later.id LIMIT 1), item.{column}))"
        )
    };
    let code = |kind: &str, column: &str, table: &str, name: &str| {
        let code = format!("nullif({}, '')", fact(kind, column));
        let id = format!(
            "(SELECT rowid FROM code WHERE owner = article.owner AND kind = '{table}' AND code = {code})"
        );
        match name {
            "" => format!("{id} AS \"{kind}.Id\", {code} AS \"{kind}.Code\""),
            _ => format!("{code} AS \"{kind}.Code\", {code} AS \"{kind}.{name}\", {id} AS \"{kind}.Id\""),
        }
    };
    let plain = |kind: &str, column: &str| format!("nullif({}, '') AS {kind}", fact(kind, column));
    let current = match side {
        "after" => {
            "NOT EXISTS (SELECT 1 FROM item_change AS later WHERE later.article_item = item.id
             AND later.id > change.id) AS IsCurrentVersion,"
        }
        _ => "",
    };
    format!(
        "SELECT change.id, serial AS Serial, {}, expiry AS ExpiryDate, {}, volume AS Volume, comment AS Comment, {}, {}, {},
         {}, {current} container AS Container, {}, {}
         FROM item_change AS change JOIN article_item AS item ON item.id = article_item
         JOIN article ON article.id = item.article WHERE change.id = ?1",
        plain("Batch", "batch"),
        plain("Weight", "weight"),
        plain("Length", "length"),
        plain("Width", "width"),
        plain("Height", "height"),
        code("ArticleItemStatus", "status_code", STATUS, ""),
        code("ArticleItemCategory", "category_code", CATEGORY, "Name"),
        plain("Price", "price"),
    )
}
