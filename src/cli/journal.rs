//! `ongoing journal`: what a push knows of its records.

use std::io::{self, Write as _};
use std::path::PathBuf;

use clap::ValueEnum;
use ongoing_wms::batch::Journal;
use ongoing_wms::batch::journal::{Entry, State};
use serde_json::{Value, json};

use super::exit::Exit;
use super::failure::Failure;

/// Show what a push knows of its records
///
/// One JSON value a line: the record's number, its state, when it was sent, and what the service said.
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  ongoing journal orders.jsonl.journal --state unknown")]
pub struct Args {
    /// The journal
    #[arg(value_name = "FILE")]
    journal: PathBuf,
    /// Only records of this state
    #[arg(long, value_enum)]
    state: Vec<Wanted>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Wanted {
    Pending,
    Done,
    Refused,
    Unknown,
}

impl Wanted {
    fn has(self, state: State) -> bool {
        match self {
            Wanted::Pending => state == State::Pending,
            Wanted::Done => state == State::Done,
            Wanted::Refused => state == State::Refused,
            // What was under way when the program ended is as unknown.
            Wanted::Unknown => matches!(state, State::Unknown | State::Sent),
        }
    }
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    let wrong = |error: ongoing_wms::batch::JournalError| {
        Failure::new(Exit::BadInput, error.to_string()).hint(error.hint())
    };
    let journal = Journal::look_into(&args.journal).map_err(wrong)?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut written = Ok(());
    journal
        .entries(|entry| {
            let wanted = args.state.is_empty() || args.state.iter().any(|wanted| wanted.has(entry.state));
            if wanted && written.is_ok() {
                written = writeln!(out, "{}", shown(&entry));
            }
        })
        .map_err(wrong)?;
    written.and_then(|()| out.flush())?;
    Ok(())
}

fn shown(entry: &Entry) -> Value {
    let answer = entry.answer.as_deref().map(|text| {
        // An answer that was cut is a text.
        serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()))
    });
    json!({
        "key": entry.key,
        "goodsOwner": Some(&entry.goods_owner).filter(|owner| !owner.is_empty()),
        "state": entry.state.as_str(),
        "place": entry.place,
        "version": entry.version,
        "attempts": entry.attempts,
        "sent": entry.sent.map(|at| at.to_rfc3339()),
        "settled": entry.settled.map(|at| at.to_rfc3339()),
        "reason": entry.reason,
        "answer": answer,
    })
}
