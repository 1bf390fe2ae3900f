//! Articles: create, update, find and read.

use rusqlite::OptionalExtension as _;

use crate::sandbox::contract::*;
use crate::sandbox::db;
use crate::sandbox::db::code_table::RequestedCode;
use crate::sandbox::db::desk::Desk;
use crate::sandbox::db::sql_value::{check_quantity, from_json, given, merge, take, to_json};
use crate::sandbox::refused::Refused;
use crate::xml::Xml as _;

/// Maximum nesting of kits.
const DEEPEST: usize = 16;

pub(crate) fn process(desk: &Desk<'_>, request: ProcessArticle) -> Result<FileResultClass, Refused> {
    let definition = request.art.ok_or_else(|| Refused::missing("art"))?;
    let id = save(desk, &definition, 0)?;
    Ok(FileResultClass { success: true, article_def_id: Some(id), ..FileResultClass::default() })
}

/// Names of an article in a request.
pub(crate) struct ArticleNames<'a> {
    pub by: ArticleIdentificationType,
    pub system_id: Option<i32>,
    pub number: Option<&'a str>,
    pub product_code: Option<&'a str>,
    pub name: Option<&'a str>,
}

/// The article that a request names, if it exists. The identifying member must be filled.
pub(crate) fn find(desk: &Desk<'_>, named: &ArticleNames<'_>) -> Result<Option<i32>, Refused> {
    use ArticleIdentificationType as By;
    let (member, column, text) = match named.by {
        By::SystemId => {
            let id = named.system_id.ok_or_else(|| Refused::missing("ArticleSystemId"))?;
            let owner = desk.owner()?.id;
            let sql = "SELECT id FROM article WHERE id = ?1 AND owner = ?2";
            return Ok(desk.query_row(sql, (id, owner), |row| row.get(0)).optional()?);
        }
        By::ProductCode => ("ProductCode", "product_code", named.product_code),
        By::ArticleName => ("ArticleName", "name", named.name),
        _ => ("ArticleNumber", "number", named.number),
    };
    let text = text.filter(|text| !text.is_empty()).ok_or_else(|| Refused::missing(member))?;
    by_column(desk, column, text)
}

fn by_column(desk: &Desk<'_>, column: &str, text: &str) -> Result<Option<i32>, Refused> {
    let owner = desk.owner()?.id;
    let sql = format!("SELECT id FROM article WHERE owner = ?1 AND {column} = ?2 ORDER BY id LIMIT 1");
    Ok(desk.prepare_cached(&sql)?.query_row((owner, text), |row| row.get(0)).optional()?)
}

/// The article that a line names, which must exist.
pub(crate) fn must_find(desk: &Desk<'_>, named: &ArticleNames<'_>) -> Result<i32, Refused> {
    find(desk, named)?.ok_or_else(|| {
        let shown = match named.by {
            ArticleIdentificationType::SystemId => named.system_id.map(|id| id.to_string()),
            ArticleIdentificationType::ProductCode => named.product_code.map(str::to_owned),
            ArticleIdentificationType::ArticleName => named.name.map(str::to_owned),
            _ => named.number.map(str::to_owned),
        };
        Refused::rule(format!("Article \"{}\" was not found by {}", shown.unwrap_or_default(), named.by))
    })
}

/// The article as shown in answers.
pub(crate) fn card(desk: &Desk<'_>, id: i32) -> Result<ArticleClass, Refused> {
    let (text, structure): (String, Option<String>) = desk
        .prepare_cached("SELECT card, structure FROM article WHERE id = ?1")?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let card: ArticleClass = from_json(&text)?;
    let article_kind = match structure.as_deref() {
        Some("StructureArticle") => ArticleKindEnum::Structure,
        Some("ProductionArticle") => ArticleKindEnum::Production,
        _ if card.is_stock_article => ArticleKindEnum::Stock,
        _ => ArticleKindEnum::NonStock,
    };
    Ok(ArticleClass { system_id: Some(id), article_kind, ..card })
}

/// The article with this number.
pub(crate) fn by_number(desk: &Desk<'_>, number: &str) -> Result<Option<i32>, Refused> {
    by_column(desk, "number", number)
}

/// Records that the article's stock has changed.
pub(crate) fn touch(desk: &Desk<'_>, id: i32) -> Result<(), rusqlite::Error> {
    desk.prepare_cached("UPDATE article SET stock_changed = ?2 WHERE id = ?1")?
        .execute((id, desk.stamp()))?;
    Ok(())
}

/// Creates or updates an article, with its parts.
pub(crate) fn save(desk: &Desk<'_>, definition: &ArticleDefinition, depth: usize) -> Result<i32, Refused> {
    if depth > DEEPEST {
        return Err(Refused::rule(format!("Kits lie more than {DEEPEST} deep in each other")));
    }
    let named = ArticleNames {
        by: given!(definition.article_identification, ArticleIdentificationType),
        system_id: definition.article_system_id,
        number: definition.article_number.as_deref(),
        product_code: definition.product_code.as_deref(),
        name: definition.article_name.as_deref(),
    };
    let known = find(desk, &named)?;
    if known.is_none() && named.by == ArticleIdentificationType::SystemId {
        let id = named.system_id.unwrap_or_default();
        return Err(Refused::rule(format!("The article with the system id {id} was not found")));
    }
    let number = definition.article_number.as_deref().filter(|number| !number.is_empty());
    if let Some(number) = number
        && let Some(other) = by_number(desk, number)?
        && Some(other) != known
    {
        return Err(Refused::rule(format!("Article number \"{number}\" belongs to another article")));
    }
    let id = match (known, number) {
        (Some(id), _) => id,
        (None, Some(number)) => insert(desk, number)?,
        (None, None) => return Err(Refused::missing("ArticleNumber")),
    };
    update(desk, id, definition)?;
    if let Some(specification) = &definition.article_structure_specification {
        save_parts(desk, id, specification, depth)?;
    }
    Ok(id)
}

fn insert(desk: &Desk<'_>, number: &str) -> Result<i32, Refused> {
    let card = to_json(&ArticleClass {
        is_stock_article: true,
        article_kind: ArticleKindEnum::Stock,
        ..ArticleClass::blank()
    });
    let sql = "INSERT INTO article (owner, number, created, updated, stock_changed, card, definition)
               VALUES (?1, ?2, ?3, ?3, ?3, ?4, '{}') RETURNING id";
    let values = (desk.owner()?.id, number, desk.stamp(), card.to_string());
    Ok(desk.prepare_cached(sql)?.query_row(values, |row| row.get(0))?)
}

/// Saves what the request says; members that it leaves out stay unchanged.
fn update(desk: &Desk<'_>, id: i32, definition: &ArticleDefinition) -> Result<(), Refused> {
    let mut card = card(desk, id)?;
    fill(&mut card, definition);
    card.process_article_time = Some(desk.now.into());
    codes(desk, definition, &mut card)?;
    let old: String =
        desk.query_row("SELECT definition FROM article WHERE id = ?1", [id], |row| row.get(0))?;
    let whole = merge(Some(&old), to_json(definition));
    desk.prepare_cached(
        "UPDATE article SET number = coalesce(?2, number), product_code = ?3, bar_code = ?4, name = ?5,
         order_point = coalesce(?6, order_point), card = ?7, definition = ?8, updated = ?9 WHERE id = ?1",
    )?
    .execute(rusqlite::params![
        id,
        definition.article_number.as_deref().filter(|number| !number.is_empty()),
        card.product_code,
        card.bar_code,
        card.name,
        definition.order_point,
        to_json(&card).to_string(),
        whole.to_string(),
        desk.stamp(),
    ])?;
    Ok(())
}

/// The members that an article and its definition have in common; those that the definition leaves out stay.
fn fill(card: &mut ArticleClass, definition: &ArticleDefinition) {
    take!(definition => card;
        article_number, product_code, bar_code, supplier_article_number, statistics_number, country_of_origin_code,
        article_unit_code, length, width, height, price, customer_price, purchase_price, weight, net_weight, volume,
        purchase_currency_code, bar_code_package, bar_code_pallet, link_to_picture, customs_export_conditions,
        is_serial_number_article, sub_quantity_per_item, max_stack_number_of_levels, article_return_handling_comment,
        article_customs_description);
    let color = definition.article_color.as_ref();
    let size = definition.article_size.as_ref();
    for (given, shown) in [
        (color.and_then(|color| color.color_code.as_ref()), &mut card.color_code),
        (color.and_then(|color| color.color_name.as_ref()), &mut card.color_name),
        (size.and_then(|size| size.size_code.as_ref()), &mut card.size_code),
        (size.and_then(|size| size.size_name.as_ref()), &mut card.size_name),
        (
            definition.storage_class.as_ref().and_then(|class| class.name.as_ref()),
            &mut card.article_storage_class_name,
        ),
    ] {
        if given.is_some() {
            *shown = given.cloned();
        }
    }
    for (given, shown) in [
        (definition.article_free_decimal1, &mut card.free_decimal1),
        (definition.article_free_decimal2, &mut card.free_decimal2),
        (definition.article_free_decimal3, &mut card.free_decimal3),
    ] {
        *shown = given.or(*shown);
    }
    card.free_boolean1 = definition.article_free_boolean1.unwrap_or(card.free_boolean1);
    card.free_boolean2 = definition.article_free_boolean2.unwrap_or(card.free_boolean2);
    card.free_boolean3 = definition.article_free_boolean3.unwrap_or(card.free_boolean3);
    card.stock_limit = definition.order_point.or(card.stock_limit);
    if definition.article_name.is_some() {
        card.name.clone_from(&definition.article_name);
    }
    if definition.article_description.is_some() {
        card.description.clone_from(&definition.article_description);
    }
    if let Some(is_stock_article) = definition.is_stock_article {
        card.is_stock_article = is_stock_article;
    }
    if let Some(number) = definition.quantity_per_pallet {
        card.quantity_per_pallet = Some(number.into());
    }
    if let Some(number) = definition.quantity_per_package {
        card.quantity_per_package = Some(number.into());
    }
    compounds(card, definition);
}

/// The members that have members.
fn compounds(card: &mut ArticleClass, definition: &ArticleDefinition) {
    if let Some(vat) = &definition.vat_code {
        take!(vat => card; vat_code, vat_percent);
    }
    if let Some(supplier) = &definition.main_supplier {
        card.main_supplier_name.clone_from(&supplier.supplier_name);
        card.main_supplier_number.clone_from(&supplier.supplier_number);
    }
    if !definition.dangerous_goods.is_empty() {
        card.dangerous_goods.clone_from(&definition.dangerous_goods);
        for goods in &mut card.dangerous_goods {
            goods.un_package_type = given!(goods.un_package_type, UNPackageType);
        }
    }
    if let Some(numbers) = &definition.taric_numbers {
        let of = |number: &TaricNumberClass| TaricNumberInfoClass {
            country_code: number.country.country_code.clone(),
            taric_number: number.taric_number.clone(),
        };
        card.taric_numbers = Some(numbers.iter().map(of).collect());
    }
}

/// The members that refer to other tables.
fn codes(desk: &Desk<'_>, definition: &ArticleDefinition, card: &mut ArticleClass) -> Result<(), Refused> {
    if let Some(group) = &definition.article_group {
        let by = given!(group.article_group_identification, ArticleGroupIdentification);
        let found = db::code_table::resolve(
            desk,
            &RequestedCode {
                kind: "article group",
                operation: given!(group.article_group_operation, ArticleGroupOperation).as_str(),
                by_name: by == ArticleGroupIdentification::ArticleGroupName,
                code: group.article_group_code.as_deref(),
                name: group.article_group_name.as_deref(),
            },
        )?
        .unwrap_or_default();
        (card.article_group_code, card.article_group_name) = (found.code, found.name);
    }
    if let Some(category) = &definition.article_category {
        let found = db::code_table::resolve(
            desk,
            &RequestedCode {
                kind: "article category",
                operation: given!(category.type_operation, TypeOperation).as_str(),
                by_name: given!(category.type_identification, TypeIdentification) == TypeIdentification::Name,
                code: category.code.as_deref(),
                name: category.name.as_deref(),
            },
        )?
        .unwrap_or_default();
        (card.article_category_code, card.article_category_name) = (found.code, found.name);
    }
    // Classes are identified by their code or, if they have none, by their name.
    for class in definition.article_definition_classes.iter().flat_map(|given| given.classes.iter().flatten())
    {
        db::code_table::resolve(
            desk,
            &RequestedCode {
                kind: "article class",
                operation: "FindOrCreate",
                by_name: class.code.is_none(),
                code: class.code.as_deref(),
                name: class.name.as_deref(),
            },
        )?;
    }
    Ok(())
}

// ---- kits ------------------------------------------------------------------------------------------------------

/// Replaces an article's parts.
fn save_parts(
    desk: &Desk<'_>,
    article: i32,
    specification: &ArticleStructureSpecification,
    depth: usize,
) -> Result<(), Refused> {
    let structure = given!(specification.article_structure_type, ArticleStructureType);
    desk.execute("UPDATE article SET structure = ?2 WHERE id = ?1", (article, structure.as_str()))?;
    desk.execute("DELETE FROM article_part WHERE article = ?1", [article])?;
    for part in &specification.structure_article_definition {
        let definition = part
            .sub_article_definition
            .as_ref()
            .ok_or_else(|| Refused::missing("StructureArticleDefinition.SubArticleDefinition"))?;
        if part.number_of_items <= rust_decimal::Decimal::ZERO {
            return Err(Refused::rule("NumberOfItems of a part of an article must be above 0"));
        }
        check_quantity("NumberOfItems", part.number_of_items)?;
        let id = save(desk, definition, depth + 1)?;
        if contains(desk, id, article)? {
            return Err(Refused::rule("An article cannot be a part of itself"));
        }
        desk.execute(
            "INSERT OR REPLACE INTO article_part (article, part, number) VALUES (?1, ?2, ?3)",
            (article, id, part.number_of_items.to_string()),
        )?;
    }
    Ok(())
}

/// Whether `wanted` is `article` or one of its parts at any depth.
fn contains(desk: &Desk<'_>, article: i32, wanted: i32) -> Result<bool, Refused> {
    Ok(desk.query_row(
        "WITH RECURSIVE inside (id) AS (
             SELECT ?1 UNION SELECT part FROM article_part JOIN inside ON article = id
         ) SELECT EXISTS (SELECT 1 FROM inside WHERE id = ?2)",
        (article, wanted),
        |row| row.get(0),
    )?)
}

/// The parts of a kit with their quantities; none if the article is not a kit.
pub(crate) fn kit(
    desk: &Desk<'_>,
    article: i32,
) -> Result<Vec<(i32, rust_decimal::Decimal)>, rusqlite::Error> {
    let sql = "SELECT part, article_part.number FROM article_part JOIN article ON article.id = article
               WHERE article = ?1 AND structure = 'StructureArticle' ORDER BY article_part.rowid";
    let mut statement = desk.prepare_cached(sql)?;
    let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, crate::sandbox::db::sql_value::quantity(row, 1)?));
    statement.query_map([article], read)?.collect()
}
