//! `ongoing sync`: the times that jobs leave in the warehouse to say when they last ran.

use std::time::SystemTime;

use ongoing_wms::batch::pull::Source;
use serde_json::json;

use super::call::Service;
use super::failure::note;
use super::page::print_json;

/// Read or store the time at which a job last ran
///
/// The service keeps one time for each name and goods owner. `ongoing pull orders --since last-sync` goes by its time there:
/// `sync get orders` shows it, and after `sync set orders TIME` the next pull gives the changes since then again.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Print the time stored under a name; null if none was
    Get(Named),
    /// Store a time under a name
    Set {
        #[command(flatten)]
        named: Named,
        /// The time, as 2026-11-23T04:00:00 with or without a zone [default: now, in UTC]
        time: Option<String>,
    },
}

#[derive(clap::Args)]
struct Named {
    /// The name; any text. What `pull` can pull, as `orders`, is the name under which `pull` stores its time
    name: String,
    /// Take the name as it is, also where it is one of the rows of `pull`
    #[arg(long)]
    exact: bool,
    #[command(flatten)]
    service: Service,
}

impl Named {
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

/// The present second in UTC.
fn now() -> String {
    let now = chrono::DateTime::<chrono::Utc>::from(SystemTime::now());
    now.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}
