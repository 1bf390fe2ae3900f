//! The groups, classes and categories of articles.

use crate::sandbox::contract::*;
use crate::sandbox::db::code_table::{Code, all};
use crate::sandbox::db::desk::Desk;
use crate::sandbox::refused::Refused;

pub(crate) fn groups(desk: &Desk<'_>, _: GetArticleGroups) -> Result<GetArticleGroupsResult, Refused> {
    let of = |Code { code, name, .. }| ArticleGroupResult { code, name, ..ArticleGroupResult::default() };
    let groups = all(desk, "article group")?.into_iter().map(of).collect();
    Ok(GetArticleGroupsResult { article_groups: Some(groups) })
}

pub(crate) fn classes(desk: &Desk<'_>, _: GetArticleClasses) -> Result<GetArticleClassesResult, Refused> {
    let of = |Code { id, code, name }| ArticleClassResult { id, code, name, ..ArticleClassResult::default() };
    let classes = all(desk, "article class")?.into_iter().map(of).collect();
    Ok(GetArticleClassesResult { article_classes: Some(classes) })
}

pub(crate) fn categories(
    desk: &Desk<'_>,
    _: GetArticleCategories,
) -> Result<GetArticleCategoriesResult, Refused> {
    let of = |Code { name, .. }| ArticleCategoryResult { name, ..ArticleCategoryResult::default() };
    let categories = all(desk, "article category")?.into_iter().map(of).collect();
    Ok(GetArticleCategoriesResult { article_categories: Some(categories) })
}
