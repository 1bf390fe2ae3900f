//! A stock report, row by row off the network: memory does not grow with the number of articles.

use std::error::Error;

use ongoing_wms::Client;
use ongoing_wms::api::*;
use ongoing_wms::sandbox::Sandbox;

pub fn main() -> Result<(), Box<dyn Error>> {
    // A warehouse on this machine. A real one: `Client::builder(url).credentials(Credentials::from_env()?)`.
    let sandbox = Sandbox::start()?;
    let client = Client::builder(sandbox.url()).credentials(sandbox.credentials()).build()?;
    for number in ["MUG", "PLATE", "SPOON"] {
        client.process_article(ArticleDefinition {
            article_number: Some(number.into()),
            ..ArticleDefinition::new(
                ArticleOperation::CreateOrUpdate,
                ArticleIdentificationType::ArticleNumber,
            )
        })?;
    }
    assert_eq!(report(&client)?, 3);
    Ok(())
}

/// Prints a line for each article, and gives their number.
fn report(client: &Client) -> Result<u64, ongoing_wms::Error> {
    let query = GetInventoryByQuery { get_inventory_query: Some(GetInventoryQuery::default()) };
    let mut articles = 0;
    println!("{:20} {:>10} {:>10}", "article", "in stock", "booked");
    // `client.pages(query)` asks for 1,000 rows at a time instead of all in one answer.
    for row in client.rows(query) {
        let row = row?;
        let number = row.article.as_ref().and_then(|article| article.article_number.as_deref());
        println!(
            "{:20} {:>10} {:>10}",
            number.unwrap_or_default(),
            row.number_of_items,
            row.number_of_booked_items
        );
        articles += 1;
    }
    Ok(articles)
}
