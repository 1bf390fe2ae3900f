//! `ongoing sync`: reads and stores the times at which jobs last ran.

use std::time::SystemTime;

use clap::builder::NonEmptyStringValueParser;
use ongoing_wms::batch::pull::Source;
use serde_json::json;

use super::call::Service;
use super::failure::note;
use super::page::print_json;

/// Read or store the time at which a job last ran
///
/// The service stores one time for each name and goods owner. `ongoing pull orders --since last-sync` starts from its
/// time: `sync get orders` shows it, and after `sync set orders TIME` the next pull delivers the changes since then
/// again.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Print the time stored under a name, or null
    Get(NameArgs),
    /// Store a time under a name
    Set {
        #[command(flatten)]
        named: NameArgs,
        /// The time, such as 2026-11-23T04:00:00, with or without a zone [default: now, in UTC]
        time: Option<String>,
    },
}

#[derive(clap::Args)]
struct NameArgs {
    /// The name, any text; the rows of a pull, such as `orders`, mean the time that this pull stores
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    name: String,
    /// Use the name unchanged, even if it is the name of rows of `pull`
    #[arg(long)]
    exact: bool,
    #[command(flatten)]
    service: Service,
}

impl NameArgs {
    /// The name in the service: that of the rows is the one of their pull.
    fn stored(&self) -> String {
        match Source::find(&self.name) {
            Some(source) if !self.exact => {
                let stored = source.stored_as();
                note(format!("the time of `ongoing pull {}`, stored under `{stored}`", source.name()));
                stored
            }
            _ => self.name.clone(),
        }
    }
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    match &args.command {
        Command::Get(named) => {
            let input = json!({ "IntegrationType": named.stored() });
            print_json(&named.service.caller()?.result("GetTimeOfLastSync", &input)?)
        }
        Command::Set { named, time } => {
            let time = time.clone().unwrap_or_else(now);
            let input = json!({ "IntegrationType": named.stored(), "syncTime": time });
            named.service.caller()?.result("SetTimeOfLastSync", &input)?;
            print_json(&json!(time))
        }
    }
}

/// The current second in UTC.
fn now() -> String {
    let now = chrono::DateTime::<chrono::Utc>::from(SystemTime::now());
    now.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}
