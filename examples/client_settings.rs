//! A client with shorter timeouts, a proxy and more retries, and single calls with settings of their own.

use std::error::Error;
use std::time::Duration;

use ongoing_wms::api::GetInventoryQuery;
use ongoing_wms::sandbox::Sandbox;
use ongoing_wms::transport::ProxySetting;
use ongoing_wms::{Client, ConfigError, Credentials, RetryPolicy, Timeouts};

pub fn main() -> Result<(), Box<dyn Error>> {
    // A warehouse on this machine, to which requests go directly: proxies are for hosts beyond loopback.
    let sandbox = Sandbox::start()?;
    let client = client(sandbox.url(), sandbox.credentials())?;
    let stock = client.get_inventory_by_query(GetInventoryQuery::default())?;
    println!("{} articles", stock.inventory_lines.unwrap_or_default().len());

    // For this call only: at most 10 s, and no second try.
    let quick = client.with_call_timeout(Some(Duration::from_secs(10))).with_retry(RetryPolicy::never());
    quick.get_inventory_by_query(GetInventoryQuery::default())?;
    Ok(())
}

fn client(url: &str, credentials: Credentials) -> Result<Client, ConfigError> {
    let seconds = |seconds| Some(Duration::from_secs(seconds));
    Client::builder(url)
        .credentials(credentials)
        .timeouts(Timeouts::default().connect(seconds(5)).receive_answer(seconds(60)).call(seconds(180)))
        .proxy(ProxySetting::Url("http://proxy.example:3128".into()))
        .retry(RetryPolicy::default().retries(5).max_delay(Duration::from_secs(10)))
        .build()
}
