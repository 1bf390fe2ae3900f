//! Names a row for people: by the number of its order or article.

use serde_json::Value;

/// Members that name a row, the best first, and what each is the number of.
const NAMES: [(&str, &str); 6] = [
    ("GoodsOwnerOrderNumber", "order"),
    ("ReturnOrderNumber", "return order"),
    ("ProductionOrderNumber", "production order"),
    ("OrderNumber", "order"),
    ("ArticleNumber", "article"),
    ("OrderId", "order with the id"),
];

/// The name of a row in JSON form.
pub(super) fn name_in_json(row: &Value) -> Option<String> {
    NAMES.iter().find_map(|(member, what)| named(what, &first_text(row, member)?))
}

/// The name of the row at the start of an XML text, which may be cut.
pub(super) fn name_in_xml(text: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(text);
    let tag = text.strip_prefix('<')?.split(|char: char| char == '>' || char.is_ascii_whitespace()).next()?;
    // A whole answer has many rows, and the error may be about any of them.
    if tag.starts_with(['?', '!']) || tag.ends_with("Envelope") {
        return None;
    }
    // Other rows follow.
    let text = text.split_once(&format!("</{tag}>")).map_or(&*text, |(row, _)| row);
    NAMES.iter().find_map(|(member, what)| {
        let mut rest = text;
        loop {
            let at = rest.find(member)?;
            let (before, behind) = (&rest[..at], &rest[at + member.len()..]);
            // A start tag, with a prefix or without one.
            let is_tag = before.ends_with('<') || before.ends_with(':');
            match behind.strip_prefix('>').filter(|_| is_tag).and_then(|behind| behind.split_once('<')) {
                Some((name, _)) => return named(what, name),
                None => rest = behind,
            }
        }
    })
}

fn named(what: &str, name: &str) -> Option<String> {
    let name: String =
        name.trim().chars().map(|char| if char.is_control() { '\u{fffd}' } else { char }).collect();
    (!name.is_empty()).then(|| format!("{what} {name}"))
}

/// The first text of this name in a value, from its top down.
fn first_text(value: &Value, member: &str) -> Option<String> {
    match value {
        Value::Object(members) => match members.get(member) {
            Some(Value::String(text)) => Some(text.clone()),
            Some(Value::Number(number)) => Some(number.to_string()),
            _ => members.values().find_map(|inner| first_text(inner, member)),
        },
        Value::Array(items) => items.iter().find_map(|inner| first_text(inner, member)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_order_is_named_before_the_articles_in_it() {
        let row = json!({
            "Lines": [{ "Article": { "ArticleNumber": "A" } }],
            "OrderInfo": { "GoodsOwnerOrderNumber": "1001" },
        });
        assert_eq!(name_in_json(&row).as_deref(), Some("order 1001"));
        assert_eq!(
            name_in_json(&json!({ "Article": { "ArticleNumber": "A" } })).as_deref(),
            Some("article A")
        );
        assert_eq!(name_in_json(&json!({ "Name": "x" })), None);
    }

    #[test]
    fn a_row_that_cannot_be_read_has_its_name_in_its_text() {
        let row = b"<InventoryLine><Article><ArticleNumberX>x</ArticleNumberX><w:ArticleNumber>A-1</w:ArticleNumber>\
                    <Name>&#x1F;</Name>";
        assert_eq!(name_in_xml(row).as_deref(), Some("article A-1"));
        assert_eq!(name_in_xml(b"<a><ArticleNumber"), None);
        assert_eq!(name_in_xml(b"<a></a><a><ArticleNumber>B</ArticleNumber></a>"), None);
        assert_eq!(name_in_xml(b"<s:Envelope><ArticleNumber>A</ArticleNumber>"), None);
    }
}
