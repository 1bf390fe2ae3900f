//! `ongoing journal`: shows and maintains what push knows about its records.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::Local;
use clap::ValueEnum;
use clap::builder::NonEmptyStringValueParser;
use ongoing_wms::batch::journal::{Entry, State};
use ongoing_wms::batch::{Journal, JournalError};
use ongoing_wms::text::counted;
use serde_json::{Value, json};

use super::exit::Exit;
use super::failure::{Failure, note};
use super::keys;
use super::page::Page;
use super::push::{days, duration_of_days, wrong_journal};
use super::shape;
use super::standard_output::UntilClosed;
use super::terminal::safe_json;

/// Show and maintain the journal of a push
///
/// Prints the totals, then each record: state, goods owner and number, since when, and why. Works while a push is
/// running.
#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
#[command(after_help = "\
Examples:
  ongoing journal orders.journal
  ongoing journal orders.journal --state unknown --output json
  ongoing journal drop orders.journal DEMO:1001 --reason 'sent by hand'
  ongoing journal move orders.journal --service https://HOST/WAREHOUSE/service.asmx
  ongoing journal prune orders.journal --older-than 90
  ongoing journal restore orders.journal   # after putting back a copy")]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    /// The journal
    #[arg(value_name = "FILE", required = true)]
    journal: Option<PathBuf>,
    /// Only records in this state
    #[arg(long, value_enum)]
    state: Vec<StateFilter>,
    /// Only records of this goods owner
    #[arg(long, value_name = "OWNER")]
    owner: Option<String>,
    /// Only the records with these numbers; can be repeated
    #[arg(long, value_name = "KEY", add = keys::keys(None), value_parser = NonEmptyStringValueParser::new())]
    key: Vec<String>,
    // With json, one value per line.
    #[command(flatten)]
    shape: shape::Args,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Withdraw records: they are not sent and no longer count
    Drop {
        /// The journal
        #[arg(value_name = "FILE")]
        journal: PathBuf,
        /// The records, each by goods owner and number
        #[arg(value_name = "OWNER:KEY", required = true, add = keys::names())]
        names: Vec<String>,
        /// The reason, for readers of the journal
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Record that the service has moved to another address
    Move {
        /// The journal
        #[arg(value_name = "FILE")]
        journal: PathBuf,
        /// The new address
        #[arg(long, value_name = "URL")]
        service: String,
    },
    /// Remove records that were settled long ago; if one appears in an input again, it is sent again
    Prune {
        /// The journal
        #[arg(value_name = "FILE")]
        journal: PathBuf,
        /// Days for which a record must have been settled and absent from every input
        #[arg(long, value_name = "DAYS", value_parser = days)]
        older_than: f64,
    },
    /// Accept a journal that was restored from a copy, or that lacks its newest part
    Restore {
        /// The journal
        #[arg(value_name = "FILE")]
        journal: PathBuf,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum StateFilter {
    Pending,
    Done,
    Refused,
    Unknown,
    Withdrawn,
}

impl StateFilter {
    fn has(self, state: State) -> bool {
        match self {
            StateFilter::Pending => state == State::Pending,
            StateFilter::Done => state == State::Done,
            StateFilter::Refused => state.is_refused(),
            // A record that was in flight when the program ended is unknown too.
            StateFilter::Unknown => state.is_unknown(),
            StateFilter::Withdrawn => state == State::Withdrawn,
        }
    }
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    match (&args.command, &args.journal) {
        (Some(command), _) => keep(command).map_err(|error| wrong_journal(&error).into()),
        (None, Some(path)) => show(args, path),
        (None, None) => Err(Failure::new(Exit::Usage, "the journal does not exist").into()),
    }
}

fn keep(command: &Command) -> Result<(), JournalError> {
    let open = |path: &PathBuf| Journal::open_existing(path, Duration::ZERO);
    match command {
        Command::Drop { journal, names, reason } => {
            let mut journal = open(journal)?;
            for name in names {
                let entry = journal.withdraw(name, reason)?;
                note(format!("{} is withdrawn", entry.name()));
            }
        }
        Command::Move { journal, service } => {
            open(journal)?.move_to(service)?;
            note(format!("{} is now for {service}", journal.display()));
        }
        Command::Prune { journal, older_than } => {
            let count = open(journal)?.prune(duration_of_days(*older_than))?;
            note(format!("removed {}", counted(count, "record")));
        }
        Command::Restore { journal } => {
            let count = Journal::restore(journal, Duration::ZERO)?;
            note(format!(
                "accepted {} with {}; the next push looks up each `Create` before sending it",
                journal.display(),
                counted(count, "record")
            ));
        }
    }
    Ok(())
}

fn show(args: &Args, path: &Path) -> anyhow::Result<()> {
    args.shape.check()?;
    // Here the journal is the input, so any error of it is an input error.
    let wrong = |error: JournalError| Failure::new(Exit::BadInput, error.to_string()).hint(error.hint());
    let journal = Journal::look_into(path).map_err(wrong)?;
    let wanted = |entry: &Entry| {
        (args.state.is_empty() || args.state.iter().any(|wanted| wanted.has(entry.state)))
            && args.owner.as_ref().is_none_or(|owner| *owner == entry.goods_owner)
            && (args.key.is_empty() || args.key.contains(&entry.key))
    };
    if args.shape.is_text() {
        return table(&journal, wanted, wrong);
    }
    if !args.shape.is_plain_json() {
        let mut found = Vec::new();
        journal.entries(|entry| found.extend(wanted(&entry).then(|| value(&entry)))).map_err(wrong)?;
        return args.shape.print(&Value::Array(found));
    }
    let mut out = io::BufWriter::new(UntilClosed(io::stdout().lock()));
    let mut written = Ok(());
    journal
        .entries(|entry| {
            if wanted(&entry) && written.is_ok() {
                written = writeln!(out, "{}", safe_json(&value(&entry).to_string()));
            }
        })
        .map_err(wrong)?;
    written.and_then(|()| out.flush())?;
    Ok(())
}

fn table(
    journal: &Journal,
    wanted: impl Fn(&Entry) -> bool,
    wrong: impl Fn(JournalError) -> Failure,
) -> anyhow::Result<()> {
    let mut entries = Vec::new();
    let mut totals: BTreeMap<&str, u64> = BTreeMap::new();
    journal
        .entries(|entry| {
            *totals.entry(entry.state.as_str()).or_default() += 1;
            if wanted(&entry) {
                entries.push(entry);
            }
        })
        .map_err(&wrong)?;
    let mut page = Page::new();
    let totals: Vec<String> = totals.iter().map(|(state, count)| format!("{count} {state}")).collect();
    page.heading(&match totals.is_empty() {
        true => "no records".to_owned(),
        false => totals.join(", "),
    })?;
    let names: Vec<String> = entries.iter().map(Entry::name).collect();
    let width = names.iter().map(|name| name.chars().count()).max().unwrap_or_default().min(40);
    for (entry, name) in entries.iter().zip(&names) {
        let at = entry.settled.or(entry.sent).or(entry.taken_in);
        let at = at.map(|at| at.with_timezone(&Local).format("%Y-%m-%d %H:%M").to_string());
        let columns =
            [(entry.state.as_str(), 9), (name.as_str(), width), (at.as_deref().unwrap_or_default(), 16)];
        page.row(&columns, 0, entry.reason.as_deref().unwrap_or_default())?;
    }
    page.finish()
}

fn value(entry: &Entry) -> Value {
    let answer = entry.answer.as_deref().map(|text| {
        // A truncated answer is not JSON, and is shown as text.
        serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()))
    });
    json!({
        "key": entry.key,
        "goodsOwner": Some(&entry.goods_owner).filter(|owner| !owner.is_empty()),
        "state": entry.state.as_str(),
        "place": entry.place,
        "version": entry.version,
        "attempts": entry.attempts,
        "takenIn": entry.taken_in.map(|at| at.to_rfc3339()),
        "sent": entry.sent.map(|at| at.to_rfc3339()),
        "settled": entry.settled.map(|at| at.to_rfc3339()),
        "reason": entry.reason,
        "answer": answer,
    })
}
