//! The materials of articles.
//!
//! The members of the answers and of the paging are not in the contract; here the paging uses MaxArticlesToGet and
//! ArticleDefIdFrom, like other queries.

use super::article::{self, ArticleNames};
use crate::sandbox::contract::*;
use crate::sandbox::db;
use crate::sandbox::db::condition::Condition;
use crate::sandbox::db::desk::Desk;
use crate::sandbox::db::sql_value::given;
use crate::sandbox::refused::Refused;
use crate::xml::Element;

pub(crate) fn update(
    desk: &Desk<'_>,
    request: UpdateArticleMaterialsRequest,
) -> Result<UpdateArticleMaterialsResult, Refused> {
    let update =
        request.update_article_materials.ok_or_else(|| Refused::missing("UpdateArticleMaterials"))?;
    let id = article::must_find(
        desk,
        &ArticleNames {
            by: given!(update.article_identification, ArticleIdentificationType),
            system_id: update.article_system_id,
            number: update.article_number.as_deref(),
            product_code: update.product_code.as_deref(),
            name: update.article_name.as_deref(),
        },
    )?;
    let wanted = update.article_materials_specification;
    let wanted = wanted.ok_or_else(|| Refused::missing("ArticleMaterialsSpecification"))?;
    if let Some(recycled) = wanted.article_contains_recycled_materials {
        desk.execute("UPDATE article SET recycled = ?2 WHERE id = ?1", (id, recycled.as_str()))?;
    }
    let sql = "SELECT id, 'true' AS Success, id AS ArticleSystemId FROM article WHERE id = ?1";
    let shown = db::open_rows::elements(db::open_rows::rows(desk, "Result", sql, [id])?);
    Ok(UpdateArticleMaterialsResult { any: shown.iter().flat_map(|one| one.elements().cloned()).collect() })
}

pub(crate) fn by_query(
    desk: &Desk<'_>,
    request: GetArticleMaterials,
) -> Result<GetArticleMaterialsResult, Refused> {
    let query = request.query.ok_or_else(|| Refused::missing("Query"))?;
    let paging = query.paging.unwrap_or_default();
    let mut filter = Condition::new();
    filter.and("owner = ?", desk.owner()?.id);
    filter.plain("recycled IS NOT NULL");
    filter.one_of("id", query.article_def_ids_to_get.as_deref());
    filter.one_of("number", query.article_numbers_to_get.as_deref());
    filter.and_if("id >= ?", number(&paging.any, "ArticleDefIdFrom")?);
    let limit = number(&paging.any, "MaxArticlesToGet")?.unwrap_or(-1);
    let sql = format!(
        "SELECT id, id AS \"ArticleInfo.ArticleSystemId\", number AS \"ArticleInfo.ArticleNumber\",
         name AS \"ArticleInfo.ArticleName\",
         recycled AS \"ArticleMaterialsSpecification.ArticleContainsRecycledMaterials\"
         FROM article {} ORDER BY id LIMIT {limit}",
        filter.sql()
    );
    let rows = db::open_rows::rows(desk, "ArticleMaterialResult", &sql, filter.values())?;
    Ok(GetArticleMaterialsResult { any: db::open_rows::elements(rows) })
}

/// A whole number in members that are not in the contract.
fn number(any: &[Element], name: &str) -> Result<Option<i32>, Refused> {
    let Some(element) = any.iter().find(|element| element.name == name) else { return Ok(None) };
    let number = element.text().trim().parse();
    number.map(Some).map_err(|_| Refused::rule(format!("{name} is not a whole number")))
}
