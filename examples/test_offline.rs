//! How to test one's own integration offline: with recorded answers in the place of the warehouse, which is quick and
//! exact, or against the sandbox, which has rules and state.

use std::error::Error;
use std::sync::Arc;

use ongoing_wms::api::*;
use ongoing_wms::sandbox::Sandbox;
use ongoing_wms::transport::Replay;
use ongoing_wms::{Client, Credentials};

/// The integration to test: saves an article and says what to tell the user.
fn save(client: &Client, number: &str) -> String {
    let article = ArticleDefinition {
        article_number: Some(number.into()),
        ..ArticleDefinition::new(ArticleOperation::CreateOrUpdate, ArticleIdentificationType::ArticleNumber)
    };
    match client.process_article(article) {
        Ok(saved) => format!("saved as {}", saved.article_def_id.unwrap_or_default()),
        Err(ongoing_wms::Error::Refused(refused)) => format!("not saved: {}", refused.message()),
        Err(error) => format!("failed: {error}"),
    }
}

pub fn main() -> Result<(), Box<dyn Error>> {
    with_recorded_answers()?;
    with_the_sandbox()
}

fn with_recorded_answers() -> Result<(), Box<dyn Error>> {
    let mut saved = FileResultClass::default();
    (saved.success, saved.article_def_id) = (true, Some(4711));
    let mut refused = FileResultClass::default();
    refused.error_message = Some("ArticleNumber is locked".into());
    let replay = Replay::new().respond::<ProcessArticle>(&saved)?.respond::<ProcessArticle>(&refused)?;
    let replay = Arc::new(replay);
    let client = Client::builder("https://test.invalid/service.asmx")
        .credentials(Credentials::new("user", "password").goods_owner_code("SHOP"))
        .transport(replay.clone())
        .build()?;

    assert_eq!(save(&client, "MUG"), "saved as 4711");
    assert_eq!(save(&client, "MUG"), "not saved: ArticleNumber is locked");
    // What was sent can be looked at; passwords are left out.
    let sent = String::from_utf8(replay.requests()[0].body.clone())?;
    assert!(sent.contains("<ArticleNumber>MUG</ArticleNumber>"));
    assert_eq!(replay.left(), 0, "every answer was asked for");
    Ok(())
}

fn with_the_sandbox() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start()?;
    let client = Client::builder(sandbox.url()).credentials(sandbox.credentials()).build()?;
    assert!(save(&client, "MUG").starts_with("saved as "));
    let stock = client.get_inventory_by_query(GetInventoryQuery::default())?;
    assert_eq!(stock.inventory_lines.unwrap_or_default().len(), 1);
    Ok(())
}
