//! `ongoing demo`: one night of a web shop's integration, against a warehouse inside this program.

mod figures;
mod files;
mod night;

use std::sync::Arc;
use std::time::Instant;

use anyhow::Context as _;
use ongoing_wms::Client;
use ongoing_wms::sandbox::Sandbox;

use super::page::Page;
use super::watch::{Verbosity, Watch};
use figures::DemoFigures;
use night::Night;

/// Run a night's work: articles, goods in, orders out, stock and tracking back
///
/// Needs no account and no network: a sandbox inside this program answers over local HTTP and disappears afterwards.
/// The input is a web shop's export; one of its orders must be refused, and one is sent twice and must not be doubled.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    verbosity: Verbosity,
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    args.verbosity.start_log();
    let begun = Instant::now();
    let sandbox = Sandbox::builder().user_name("webshop").password("night-shift");
    let sandbox = sandbox.start().context("the demo's sandbox does not start")?;
    let credentials = sandbox.credentials();
    let figures = Arc::new(DemoFigures::default());
    let watch = Watch::new(&args.verbosity, credentials.get_password().clone())?;
    let client = Client::builder(sandbox.url())
        .credentials(credentials)
        .observer(figures.clone())
        .observer(Arc::new(watch))
        .build()?;
    let mut page = Page::new();
    page.paragraph(
        0,
        &format!("A night's work, against a sandbox inside this program at {}", sandbox.url()),
    )?;
    let mut night = Night::new(client, &sandbox, &figures, page);
    night.articles()?;
    night.goods_in()?;
    night.orders()?;
    night.warehouse_work()?;
    night.read_back()?;
    night.attach_file()?;
    night.sync_time()?;
    let mut page = night.done();
    figures.print(&mut page, begun.elapsed())?;
    page.line("")?;
    page.line("Next: `ongoing list`, or `ongoing demo -v` to see the requests and answers")?;
    page.finish()
}
