//! The result of a push, for people, for programs, and as exit code.

use std::path::Path;
use std::time::Duration;

use anyhow::Error;
use ongoing_wms::batch::input::SpoolError;
use ongoing_wms::batch::push::Remainder;
use ongoing_wms::batch::{InputError, JournalError, Push, PushError, Stop, Summary};
use ongoing_wms::text::counted;
use serde_json::{Value, json};

use super::super::exit::Exit;
use super::super::failure::{self, Address, Failure, note};
use super::super::offer::Offer;
use super::super::page::{self, print_line};
use super::super::terminal::one_line;
use super::Args;

/// Maximum number of input errors that are shown.
const SHOWN: usize = 20;

/// Shows why nothing was sent.
pub fn not_begun(error: PushError) -> Error {
    match error {
        PushError::Records(problems, count) => {
            for problem in problems.iter().take(SHOWN) {
                failure::tell(format_args!("{}", one_line(&problem.to_string())));
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
        PushError::Interrupted => Failure::new(Exit::Interrupted, error.to_string()).into(),
        error @ PushError::NoOperation(_) => Failure::new(Exit::Usage, error.to_string()).into(),
        error => Failure::new(Exit::Output, error.to_string())
            .hint("its folder must exist and be writable, and the disk must not be full; then run the same command \
                   again")
            .into(),
    }
}

pub fn wrong_input(error: InputError) -> Error {
    Failure::new(Exit::BadInput, error.to_string()).maybe_hint(error.hint).into()
}

/// The input cannot be copied to a temporary file.
pub fn not_spooled(error: SpoolError) -> Error {
    match error {
        SpoolError::Input(error) => wrong_input(error),
        error => Failure::new(Exit::Output, format!("{error}; nothing was sent"))
            .hint("free space in the temporary folder, or set TMPDIR to another one")
            .into(),
    }
}

/// The exit code for an unusable journal.
pub fn wrong_journal(error: &JournalError) -> Failure {
    let exit = Exit::of_journal(error);
    Failure::new(exit, error.to_string()).hint(error.hint())
}

/// The figures, on the last line.
fn tell_figures(push: &Push, summary: &Summary, elapsed: Duration) {
    let mut text =
        format!("{}: {}, {} done", push.kind.name, counted(summary.records, "record"), summary.done);
    let mut more = |number: u64, what: &str| {
        if number > 0 {
            text.push_str(&format!(", {number} {what}"));
        }
    };
    more(summary.unchanged, "of them earlier");
    more(summary.refused, "refused");
    more(summary.refused_earlier, "of them earlier and not resent");
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
    let mut value = json!({ "kind": push.kind.name });
    if let (Value::Object(all), Value::Object(figures)) = (&mut value, summary.to_json()) {
        all.extend(figures);
    }
    value["seconds"] = json!(elapsed.as_millis() as f64 / 1_000.0);
    value["journal"] = json!(push.journal.display().to_string());
    print_line(&value)
}

/// Shows the figures, and where the refused records are.
pub fn tell(args: &Args, push: &Push, summary: &Summary, elapsed: Duration) -> anyhow::Result<()> {
    if let Some(rejects) = &summary.rejects {
        note(format!(
            "refused records are in {}; repair them there and run {}, or send them as they are with --retry-refused",
            rejects.display(),
            repaired(args, rejects)
        ));
    }
    if args.summary == page::SummaryFormat::Json {
        return tell_json(push, summary, elapsed);
    }
    tell_figures(push, summary, elapsed);
    Ok(())
}

/// The push of the repaired records: to the same service, with the same journal.
fn repaired(args: &Args, rejects: &Path) -> Offer {
    let mut offer = Offer::of("push").with(args.kind.name).file(rejects);
    if let Some(journal) = &args.journal {
        offer = offer.with("--journal").file(journal);
    }
    if args.exact_keys {
        offer = offer.with("--exact-keys");
    }
    offer.with_all(args.connection.flags())
}

/// The exit code.
pub fn result(push: &Push, summary: Summary, url: &str) -> anyhow::Result<()> {
    let again = "run the same command again: it continues where it stopped";
    let records = |state: &str| Offer::of("journal").file(&push.journal).with("--state").with(state);
    let failure = {
        let Some(remainder) = summary.remainder() else { return Ok(()) };
        let failure = Failure::new(Exit::of_remainder(&remainder), remainder.to_string());
        match remainder {
            Remainder::Stopped(Stop::Journal(error), _) => wrong_journal(error),
            Remainder::Stopped(..) => failure.hint(again),
            Remainder::Unknown(_) => failure.hint(format!(
                "{} lists them; check the warehouse, then run the command again with --done OWNER:KEY or --not-done \
                 OWNER:KEY",
                records("unknown")
            )),
            Remainder::Pending(_) if summary.earlier.too_old > 0 => failure.hint(format!(
                "{} lists them; --max-age DAYS sends older ones, and {} withdraws one",
                records("pending"),
                Offer::of("journal drop").file(&push.journal).with("OWNER:KEY").with("--reason").with("TEXT")
            )),
            Remainder::Pending(_) => failure.hint(again),
            Remainder::Refused(_) => failure,
        }
    };
    let unknown = summary.unknown + summary.earlier.unknown;
    match summary.stop {
        // Shows the failed call with all its details.
        Some(Stop::Call(error) | Stop::Lane(_, error)) if unknown == 0 => {
            note(again);
            Err(Error::new(error).context(Address(url.to_owned())))
        }
        _ => Err(failure.into()),
    }
}
