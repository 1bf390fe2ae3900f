//! `ongoing sync`: the times that jobs leave in the warehouse to say when they last ran.

use std::time::SystemTime;

use serde_json::json;

use super::call::Service;
use super::page::print_json;

/// Read or store the time at which a job last ran
///
/// The service keeps one time for each name and goods owner. `ongoing pull --since last-sync` goes by the time under its
/// name: set it back, and the next pull gives the changes since then again.
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
    /// The name; any text
    name: String,
    #[command(flatten)]
    service: Service,
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    match &args.command {
        Command::Get(Named { name, service }) => {
            let input = json!({ "IntegrationType": name });
            print_json(&service.caller()?.result("GetTimeOfLastSync", &input)?)
        }
        Command::Set { named: Named { name, service }, time } => {
            let time = time.clone().unwrap_or_else(now);
            let input = json!({ "IntegrationType": name, "syncTime": time });
            service.caller()?.result("SetTimeOfLastSync", &input)?;
            print_json(&json!(time))
        }
    }
}

/// The present second in UTC.
fn now() -> String {
    let now = chrono::DateTime::<chrono::Utc>::from(SystemTime::now());
    now.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}
