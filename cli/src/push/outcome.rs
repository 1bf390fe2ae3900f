//! What a push came to, for people, for programs, and for the shell.

use std::time::Duration;

use anyhow::Error;
use ongoing_wms::batch::input::SpoolError;
use ongoing_wms::batch::{InputError, JournalError, Push, PushError, Stop, Summary};
use serde_json::json;

use super::super::exit::Exit;
use super::super::failure::{self, Address, Failure, note};
use super::super::page::print_line;

/// How many mistakes of an input are shown.
const SHOWN: usize = 20;

/// Nothing was sent: why.
pub fn not_begun(error: PushError) -> Error {
    match error {
        PushError::Records(problems, count) => {
            for problem in problems.iter().take(SHOWN) {
                failure::tell(format_args!("{problem}"));
                if let Some(hint) = &problem.hint {
                    failure::tell(format_args!("  hint: {hint}"));
                }
            }
            let shown = problems.len().min(SHOWN) as u64;
            let more = (count > shown).then(|| format!("{} more are not shown", count - shown));
            let what = PushError::Records(problems, count).to_string();
            Failure::new(Exit::BadInput, what).maybe_hint(more).into()
        }
        PushError::Input(error) => wrong_input(error),
        PushError::Journal(error) => wrong_journal(&error).into(),
        error @ PushError::NoOperation(_) => Failure::new(Exit::Usage, error.to_string()).into(),
        error => Failure::new(Exit::Output, error.to_string())
            .hint("its folder must exist and be writable, and the disk not full; then run the same command again")
            .into(),
    }
}

pub fn wrong_input(error: InputError) -> Error {
    Failure::new(Exit::BadInput, error.to_string()).maybe_hint(error.hint).into()
}

/// The input cannot be copied from where it can be read once.
pub fn not_spooled(error: SpoolError) -> Error {
    match error {
        SpoolError::Input(error) => wrong_input(error),
        error => Failure::new(Exit::Output, format!("{error}; nothing was sent"))
            .hint("free space in the folder for temporary files, or set TMPDIR to another one")
            .into(),
    }
}

/// What a journal that cannot be used means for the shell.
pub fn wrong_journal(error: &JournalError) -> Failure {
    let exit = match error {
        JournalError::InUse(_) => Exit::UnknownOrLater,
        JournalError::Other(..) | JournalError::WhoseRecords(_) => Exit::Config,
        JournalError::Damaged(..) | JournalError::Incomplete(..) | JournalError::Said(..) => Exit::BadInput,
        _ => Exit::Output,
    };
    Failure::new(exit, error.to_string()).hint(error.hint())
}

/// The figures, on the last line.
fn tell_figures(push: &Push, summary: &Summary, elapsed: Duration) {
    let mut text = format!("{}: {} records, {} done", push.kind.name, summary.records, summary.done);
    let mut more = |number: u64, what: &str| {
        if number > 0 {
            text.push_str(&format!(", {number} {what}"));
        }
    };
    more(summary.unchanged, "of them earlier");
    more(summary.refused, "refused");
    more(summary.refused_earlier, "of them earlier and not sent again");
    more(summary.unknown, "unknown");
    more(summary.pending, "pending");
    more(summary.superseded, "repaired since");
    more(summary.withdrawn, "withdrawn");
    let seconds = elapsed.as_secs_f64();
    text.push_str(&format!(", {} sent, {} looked up, {seconds:.1} s", summary.sent, summary.looked_up));
    note(text);
    if summary.earlier.open() > 0 {
        note(earlier(summary));
    }
}

/// `3 from earlier inputs still open: 1 unknown, 2 refused`
fn earlier(summary: &Summary) -> String {
    let earlier = &summary.earlier;
    let states = [(earlier.unknown, "unknown"), (earlier.pending, "pending"), (earlier.refused, "refused")];
    let states: Vec<String> = states
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    let old = match earlier.too_old {
        0 => String::new(),
        count => format!("; {count} not sent, too old for --max-age"),
    };
    format!("{} from earlier inputs still open: {}{old}", earlier.open(), states.join(", "))
}

fn tell_json(push: &Push, summary: &Summary, elapsed: Duration) -> anyhow::Result<()> {
    let earlier = &summary.earlier;
    let value = json!({
        "kind": push.kind.name,
        "records": summary.records,
        "done": summary.done,
        "unchanged": summary.unchanged,
        "refused": summary.refused,
        "refusedEarlier": summary.refused_earlier,
        "unknown": summary.unknown,
        "pending": summary.pending,
        "superseded": summary.superseded,
        "withdrawn": summary.withdrawn,
        "earlier": {
            "open": earlier.open(),
            "unknown": earlier.unknown,
            "pending": earlier.pending,
            "refused": earlier.refused,
            "tooOld": earlier.too_old,
        },
        "sent": summary.sent,
        "lookedUp": summary.looked_up,
        "seconds": elapsed.as_millis() as f64 / 1_000.0,
        "journal": push.journal.display().to_string(),
        "rejected": summary.rejects.as_ref().map(|path| path.display().to_string()),
        "stopped": summary.stop.as_ref().map(ToString::to_string),
    });
    print_line(&value)
}

/// Shows the figures, and where the refused records are.
pub fn tell(as_json: bool, push: &Push, summary: &Summary, elapsed: Duration) -> anyhow::Result<()> {
    if let Some(rejects) = &summary.rejects {
        note(format!(
            "refused records are in {0}; repair them there and run `ongoing push {1} {0}`",
            rejects.display(),
            push.kind.name
        ));
    }
    if as_json {
        return tell_json(push, summary, elapsed);
    }
    tell_figures(push, summary, elapsed);
    Ok(())
}

/// What the shell is told.
pub fn result(push: &Push, summary: Summary, url: &str) -> anyhow::Result<()> {
    let again = "run the same command again: it continues where it ended";
    let unknown = summary.unknown + summary.earlier.unknown;
    let journal = push.journal.display();
    if let Some(stop) = summary.stop {
        let what = format!("ended early: {stop}");
        return Err(match stop {
            Stop::Interrupted => Failure::new(Exit::Interrupted, "interrupted").hint(again).into(),
            Stop::Call(error) | Stop::Lane(_, error) if unknown == 0 => {
                note(again);
                Error::new(error).context(Address(url.to_owned()))
            }
            Stop::Journal(error) => wrong_journal(&error).into(),
            _ => Failure::new(Exit::UnknownOrLater, what).hint(again).into(),
        });
    }
    if unknown > 0 {
        let what = match unknown {
            1 => "the outcome of 1 record is unknown".to_owned(),
            more => format!("the outcome of {more} records is unknown"),
        };
        let hint = format!(
            "`ongoing journal {journal} --state unknown` lists them; look in the warehouse, then run it again with \
             --done OWNER:KEY or --not-done OWNER:KEY"
        );
        return Err(Failure::new(Exit::UnknownOrLater, what).hint(hint).into());
    }
    let pending = summary.pending + summary.earlier.pending;
    if pending > 0 {
        let what = match pending {
            1 => "1 record was not sent".to_owned(),
            more => format!("{more} records were not sent"),
        };
        let hint = match summary.earlier.too_old {
            0 => again.to_owned(),
            _ => format!(
                "`ongoing journal {journal} --state pending` lists them; --max-age DAYS sends older ones, and `ongoing \
                 journal drop {journal} OWNER:KEY --reason TEXT` withdraws one"
            ),
        };
        return Err(Failure::new(Exit::UnknownOrLater, what).hint(hint).into());
    }
    let refused = summary.refused + summary.earlier.refused;
    if refused > 0 {
        let what = match refused {
            1 => "1 record is refused".to_owned(),
            more => format!("{more} records are refused"),
        };
        return Err(Failure::new(Exit::Refused, what).into());
    }
    Ok(())
}
