//! Describes an answer that is not SOAP.

/// Describes an answer that is not a SOAP envelope: by its content if that is clear, else by its Content-Type. `None`
/// for the text if the bytes are not text, perhaps because of their Content-Encoding.
pub(super) fn describe(
    text: Option<&str>,
    content_type: Option<&str>,
    content_encoding: Option<&str>,
) -> String {
    if text.is_none()
        && let Some(coding) = content_encoding.filter(|coding| is_token(coding) && coding.len() <= 80)
    {
        return format!("no text, in the Content-Encoding {coding}, which the request does not accept");
    }
    let media_type = content_type.and_then(media_type);
    if let Some(name) = media_type.as_deref().filter(|name| name.starts_with("multipart/")) {
        return format!("a multipart answer, {name}");
    }
    let start: Option<String> =
        text.map(|text| text.trim_start().chars().take(200).flat_map(char::to_lowercase).collect());
    let what = match start.as_deref() {
        Some("") => "an empty answer",
        Some(start) if start.contains("<!doctype html") || start.contains("<html") => "an HTML page",
        Some(start) if start.contains("<!doctype") => "XML with a DOCTYPE, which is refused",
        Some(start) if start.starts_with(['{', '[']) => "JSON",
        Some(start) if start.starts_with('<') => "XML that is not a SOAP envelope",
        Some(_) => "text",
        None => "no text",
    };
    match (what, media_type) {
        ("text" | "no text", Some(name)) if !is_xml(&name) => format!("{what}, {name}"),
        _ => what.to_owned(),
    }
}

/// The media type of a Content-Type without parameters; `None` if it is invalid.
fn media_type(content_type: &str) -> Option<String> {
    let name = content_type.split(';').next()?.trim().to_ascii_lowercase();
    let (kind, subtype) = name.split_once('/')?;
    (is_token(kind) && is_token(subtype) && name.len() <= 80).then_some(name)
}

fn is_token(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&^_.+-".contains(&byte);
    !text.is_empty() && text.bytes().all(is_part)
}

fn is_xml(media_type: &str) -> bool {
    media_type.ends_with("/xml") || media_type.ends_with("+xml") || media_type == "text/plain"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_have_names() {
        for (text, content_type, name) in [
            (Some(" "), "text/xml", "an empty answer"),
            (Some("<!DOCTYPE html><p>"), "text/xml", "an HTML page"),
            (Some("{\"a\":1}"), "text/html", "JSON"),
            (
                Some("--x\r\nContent-Type: application/xop+xml\r\n\r\n<soap:Envelope>"),
                "Multipart/Related; type=\"application/xop+xml\"; boundary=x",
                "a multipart answer, multipart/related",
            ),
            (Some("12"), "application/json; charset=utf-8", "text, application/json"),
            (Some("hello"), "text/plain", "text"),
            (Some("hello"), "text/xml", "text"),
            (None, "application/pdf", "no text, application/pdf"),
            (None, "application/\u{1b}[2Jpdf", "no text"),
            (Some("<a/>"), "", "XML that is not a SOAP envelope"),
        ] {
            assert_eq!(describe(text, Some(content_type), None), name);
        }
        let coded = |coding: &str| describe(None, Some("text/xml"), Some(coding));
        assert_eq!(coded("br"), "no text, in the Content-Encoding br, which the request does not accept");
        assert_eq!(coded("\u{1b}[2J"), "no text");
    }
}
