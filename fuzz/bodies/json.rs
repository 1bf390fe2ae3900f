//! The JSON form of a request: what is read is written, and read again the same; the envelope can be made or refused.

use ongoing_wms::dynamic;
use ongoing_wms::{Client, Credentials};

/// The first byte chooses the operation; the rest is JSON.
pub fn run(data: &[u8]) {
    let [chosen, text @ ..] = data else { return };
    let operation = super::operation(*chosen);
    let Ok(text) = str::from_utf8(text) else { return };
    let Ok(value) = dynamic::json_from_text(text) else { return };
    let Ok(request) = dynamic::request_from_json(operation, &value) else { return };
    let written = request.to_json();
    let again = dynamic::request_from_json(operation, &written)
        .unwrap_or_else(|error| panic!("{written} is not read again: {error}"));
    assert_eq!(again.to_json(), written);
    let client = Client::builder("https://wms.example/acme/service.asmx")
        .credentials(Credentials::new("user", "password").goods_owner_code("ACME").goods_owner_id(7))
        .build()
        .expect("the settings are right");
    if let Ok(envelope) = request.render(&client) {
        roxmltree::Document::parse(envelope.expose()).expect("an envelope is well-formed");
    }
}
