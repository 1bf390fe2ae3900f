//! Answers of which the contract does not list the members: looking into them.

use ongoing_wms::xml::Element;

/// The text at a path of member names, such as `Article.ArticleNumber`.
#[track_caller]
pub fn text(element: &Element, path: &str) -> String {
    let found = path.split('.').try_fold(element, |element, name| element.child(name));
    found.unwrap_or_else(|| panic!("no {path} in {}", element.to_xml())).text()
}

/// The texts at a path of each element.
#[track_caller]
pub fn texts<'a>(elements: impl IntoIterator<Item = &'a Element>, path: &str) -> Vec<String> {
    elements.into_iter().map(|element| text(element, path)).collect()
}
