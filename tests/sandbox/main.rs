//! The sandbox warehouse, over real HTTP and with the real client.
#![cfg(feature = "sandbox")]

mod article;

use ongoing_wms::Client;
use ongoing_wms::sandbox::Sandbox;

/// A warehouse and a client of it.
fn start() -> (Sandbox, Client) {
    let sandbox = Sandbox::start().expect("the sandbox starts");
    let client = client(&sandbox);
    (sandbox, client)
}

fn client(sandbox: &Sandbox) -> Client {
    Client::builder(sandbox.url()).credentials(sandbox.credentials()).strict(true).build().expect("a client")
}
