//! Calls from an async program: each on a thread for blocking work. A client is cheap to clone, and clones share
//! connections.

use std::error::Error;

use ongoing_wms::Client;
use ongoing_wms::api::GetInventoryQuery;
use ongoing_wms::sandbox::Sandbox;

pub fn main() -> Result<(), Box<dyn Error>> {
    // A warehouse on this machine. A real one: `Client::builder(url).credentials(Credentials::from_env()?)`.
    let sandbox = Sandbox::start()?;
    let client = Client::builder(sandbox.url()).credentials(sandbox.credentials()).build()?;
    // What `#[tokio::main(flavor = "current_thread")]` makes.
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    runtime.block_on(stock(client))
}

async fn stock(client: Client) -> Result<(), Box<dyn Error>> {
    let ask = |number: &str| {
        let client = client.clone();
        let query = GetInventoryQuery {
            article_numbers_to_get: Some(vec![number.to_owned()]),
            ..GetInventoryQuery::default()
        };
        tokio::task::spawn_blocking(move || client.get_inventory_by_query(query))
    };
    // Both are on their way before the first answer is waited for.
    for call in [ask("MUG"), ask("PLATE")] {
        println!("{} articles", call.await??.inventory_lines.unwrap_or_default().len());
    }
    Ok(())
}
