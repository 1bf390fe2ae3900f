//! The scanner of XML against quick-xml: the same tokens, and the same reasons to refuse a text.

pub fn run(data: &[u8]) {
    if let Ok(text) = str::from_utf8(data) {
        ongoing_wms::xml::judge::compare(text);
    }
}
