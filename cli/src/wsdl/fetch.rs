//! `ongoing wsdl fetch`: fetches the contract that a system serves, with one request.

use std::io::Read as _;
use std::path::PathBuf;

use ongoing_wms::text::counted;
use ongoing_wms::transport::Http;

use super::reader;
use crate::connection;
use crate::exit::Exit;
use crate::failure::{Failure, note};
use crate::output_file::{self, Existing, Why};
use crate::page::print;

/// Maximum size of a contract, in bytes.
const LARGEST: u64 = 64 << 20;

/// Fetch the contract that a system serves
///
/// Makes one GET of ADDRESS?WSDL, without a login and without retries: the service answers 503 to clients that poll it.
/// Writes the file only if the answer is a complete contract.
#[derive(clap::Args)]
pub struct Args {
    /// Output file
    #[arg(long, value_name = "FILE", default_value = "service.wsdl")]
    out: PathBuf,
    /// Overwrite an existing file
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    connection: Box<connection::Args>,
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    let out = args.out.as_path();
    let connection = args.connection.connection(false)?;
    let missing = connection.missing(&|_| false);
    let (Some(url), true) = (&connection.settings.url, missing.is_empty()) else {
        let hint = missing.join("\n");
        return Err(Failure::new(Exit::Config, "a setting is missing; nothing was sent")
            .hint(format!("set\n{hint}"))
            .into());
    };
    // The address may already end with the query.
    let url = format!("{}?WSDL", url.split('?').next().unwrap_or(url));
    let existing = if args.force { Existing::Replace } else { Existing::Keep(Why::NotForced) };
    let file = output_file::begin_first(out, existing)?;
    let bytes = get(&connection, &url)?;
    let text = str::from_utf8(&bytes).ok().map(|text| text.trim_start_matches('\u{feff}'));
    let surface =
        text.ok_or_else(|| "it is not UTF-8".to_owned()).and_then(reader::read).map_err(|what| {
            Failure::new(
                Exit::NotUnderstood,
                format!("{} did not answer with a contract: {what}", connection::shown(&url)),
            )
            .hint("check the address: https://<host>/<warehouse>/service.asmx; no file was written")
        })?;
    output_file::write(file, &bytes, out, existing)?;
    let (operations, types) = (surface.operations.len() as u64, surface.types.len() as u64);
    note(format!("{}, {}", counted(operations, "operation"), counted(types, "type")));
    print(&format!("{}\n", out.display()))
}

fn get(connection: &connection::Connection, url: &str) -> anyhow::Result<Vec<u8>> {
    let shown = connection::shown(url);
    Http::check_url(url, connection.settings.allow_plain_http)?;
    let answer = Http::new(&connection.http())?
        .get(url)
        .map_err(|error| Failure::new(Exit::Unreachable, format!("{shown}: {error}")))?;
    match answer.status {
        200 => {}
        503 => {
            return Err(Failure::new(Exit::UnknownOrLater, format!("{shown}: HTTP 503"))
                .hint("the service asks clients not to poll its contract: try once again later")
                .into());
        }
        status => {
            return Err(Failure::new(Exit::NotUnderstood, format!("{shown}: HTTP {status}"))
                .hint("check the address: https://<host>/<warehouse>/service.asmx")
                .into());
        }
    }
    let mut bytes = Vec::new();
    answer.body.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|error| {
        Failure::new(Exit::Unreachable, format!("{shown}: the answer broke off: {error}"))
    })?;
    if bytes.len() as u64 > LARGEST {
        let what = format!("{shown}: the answer is longer than {} MiB", LARGEST >> 20);
        return Err(Failure::new(Exit::NotUnderstood, what).into());
    }
    Ok(bytes)
}
