//! Messages on standard error: plain for people, or with times for the log of a job.

use std::io::{self, Write as _};
use std::sync::OnceLock;
use std::time::{Instant, SystemTime};

use anstream::adapter::strip_str;
use chrono::{DateTime, Utc};
use clap::ValueEnum;
use clap::builder::styling::{AnsiColor, Style};
use serde_json::{Map, Value, json};

use super::terminal::{one_line, safe_json, safe_lines};

/// Format of the messages on standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum LogFormat {
    /// For people
    #[default]
    None,
    /// Each line with its time in front
    Plain,
    /// Each message as a JSON object on one line
    Json,
}

#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Messages")]
#[group(skip)]
pub struct Args {
    /// Show errors and warnings only: no notes, no progress
    #[arg(long, short, global = true)]
    quiet: bool,
    /// Format of messages on standard error: plain adds the time (RFC 3339, UTC), json makes each an object [env:
    /// ONGOING_LOG_FORMAT] [default: none]
    #[arg(
        long,
        value_name = "FORMAT",
        value_enum,
        global = true,
        hide_possible_values = true,
        hide_short_help = true
    )]
    log_format: Option<LogFormat>,
}

const VARIABLE: &str = "ONGOING_LOG_FORMAT";

/// Severity of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    Error,
    Warning,
    Note,
    /// Progress of a run.
    Progress,
    /// A part of an earlier message or of a shown exchange. Can have several lines.
    Detail,
    /// A request or an answer, after an arrow.
    Arrow,
    /// Its body, in lines with a prefix that our own lines do not have.
    Body,
}

impl Level {
    /// The label of a message; empty if it has none.
    fn word(self) -> (&'static str, Style) {
        match self {
            Level::Error => ("error", AnsiColor::Red.on_default().bold()),
            Level::Warning => ("warning", AnsiColor::Yellow.on_default().bold()),
            Level::Note => ("note", LABEL),
            Level::Progress | Level::Detail | Level::Arrow | Level::Body => ("", LABEL),
        }
    }
}

const LABEL: Style = Style::new().bold();

struct MessageSettings {
    format: LogFormat,
    quiet: bool,
}

static SETTINGS: OnceLock<MessageSettings> = OnceLock::new();

fn settings() -> &'static MessageSettings {
    // Before the command line is parsed, its raw arguments and the environment decide.
    SETTINGS.get().unwrap_or_else(|| {
        static EARLY: OnceLock<MessageSettings> = OnceLock::new();
        EARLY.get_or_init(|| MessageSettings { format: early_format(), quiet: false })
    })
}

/// The format that an invalid command line asks for.
fn early_format() -> LogFormat {
    let given = std::env::args().skip_while(|arg| !arg.starts_with("--log-format")).take(2);
    let given: Vec<String> = given.collect();
    let value = match given.first().and_then(|first| first.split_once('=')) {
        Some((_, value)) => Some(value.to_owned()),
        None => given.get(1).cloned(),
    };
    value.and_then(|value| LogFormat::from_str(&value, true).ok()).unwrap_or_else(from_environment)
}

fn from_environment() -> LogFormat {
    let value = std::env::var(VARIABLE).unwrap_or_default();
    LogFormat::from_str(&value, true).unwrap_or_default()
}

impl Args {
    /// Sets the format of messages. The first line of a log with times says what runs. An error says what is wrong with
    /// the variable.
    pub fn begin(&self, command: &str) -> Result<CommandRun, String> {
        let format = self.log_format.unwrap_or_else(from_environment);
        // Set once per process.
        let _ = SETTINGS.set(MessageSettings { format, quiet: self.quiet });
        let variable = std::env::var_os(VARIABLE).unwrap_or_default();
        let variable = variable.to_string_lossy();
        if self.log_format.is_none() && !variable.is_empty() && LogFormat::from_str(&variable, true).is_err()
        {
            return Err(format!("{VARIABLE}: `{variable}` is not none, plain or json"));
        }
        let run = CommandRun { command: command.to_owned(), begun: Instant::now() };
        if is_log() {
            let (version, process) = (env!("CARGO_PKG_VERSION"), std::process::id());
            run.note(&format!("ongoing {version}: {command} begins, process {process}"));
        }
        Ok(run)
    }
}

/// A run of the command.
pub struct CommandRun {
    command: String,
    begun: Instant,
}

impl CommandRun {
    /// The last line of a log with times says how it ended.
    pub fn end(&self, exit: u8) {
        if is_log() {
            let seconds = self.begun.elapsed().as_secs_f64();
            self.note(&format!("ongoing: {} ends with exit code {exit}, {seconds:.1} s", self.command));
        }
    }

    fn note(&self, text: &str) {
        message(Level::Note, text, &[]);
    }
}

/// Whether lines have times, so that no person is watching.
pub fn is_log() -> bool {
    settings().format != LogFormat::None
}

/// Whether only errors and warnings are shown.
pub fn is_quiet() -> bool {
    settings().quiet
}

/// Shows a message; `more` are its labelled parts, such as hints. Write errors are ignored, since there is nobody to
/// tell.
pub fn message(level: Level, text: &str, more: &[(&str, String)]) {
    let MessageSettings { format, quiet } = settings();
    if *quiet && matches!(level, Level::Note | Level::Progress) {
        return;
    }
    let mut out = anstream::stderr().lock();
    let _ = match format {
        LogFormat::None => lines(level, text, more).iter().try_for_each(|line| writeln!(out, "{line}")),
        LogFormat::Plain => lines(level, text, more).iter().try_for_each(|line| {
            let line = strip_str(line).to_string();
            writeln!(out, "{}", format!("{} {line}", now()).trim_end())
        }),
        LogFormat::Json => {
            writeln!(out, "{}", safe_json(&as_json(level, text, more).to_string()))
        }
    };
}

/// Shows the line of a request or an answer, which starts with an arrow.
pub fn arrow(text: &str) {
    message(Level::Arrow, text, &[]);
}

/// The lines of a message, for people. They may quote texts of the service, which are escaped: a message is one line.
fn lines(level: Level, text: &str, more: &[(&str, String)]) -> Vec<String> {
    const ARROW: Style = AnsiColor::Cyan.on_default().bold();
    let (word, style) = level.word();
    let mut lines: Vec<String> = match (level, word) {
        (Level::Detail, _) => safe_lines(text).collect(),
        (Level::Body, _) => safe_lines(text).map(|line| format!("    {line}")).collect(),
        (Level::Arrow, _) => {
            let text = one_line(text);
            let (arrow, rest) = text.split_once(' ').unwrap_or((&text, ""));
            vec![format!("{ARROW}{arrow}{ARROW:#} {rest}")]
        }
        (_, "") => vec![one_line(text).into_owned()],
        (_, word) => vec![format!("{style}{word}:{style:#} {}", one_line(text))],
    };
    for (label, text) in more {
        let mut parts = safe_lines(text.trim_end_matches('\n'));
        lines.push(format!("  {LABEL}{label}:{LABEL:#} {}", parts.next().unwrap_or_default()));
        lines.extend(parts.map(|part| format!("    {part}")));
    }
    lines
}

fn as_json(level: Level, text: &str, more: &[(&str, String)]) -> Value {
    let level = match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note | Level::Progress | Level::Detail | Level::Arrow | Level::Body => "info",
    };
    let mut object = Map::new();
    object.insert("time".into(), json!(now()));
    object.insert("level".into(), json!(level));
    object.insert("message".into(), json!(text));
    for (label, text) in more {
        // A repeated label becomes a list.
        match object.get_mut(*label) {
            Some(Value::Array(all)) => all.push(json!(text)),
            Some(one) => *one = json!([one.take(), text]),
            None => drop(object.insert((*label).to_owned(), json!(text))),
        }
    }
    Value::Object(object)
}

fn now() -> String {
    DateTime::<Utc>::from(SystemTime::now()).format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// The output of the program's own log: line by line among the messages.
#[derive(Debug, Clone, Copy)]
pub struct OwnLog;

impl io::Write for OwnLog {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        message(Level::Detail, &one_line(text.trim_end_matches('\n')), &[]);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_one_object() {
        let more = [("hint", "a".to_owned()), ("hint", "b".to_owned()), ("outcome", "done".to_owned())];
        let mut object = as_json(Level::Error, "\u{1b}[1mwrong\u{1b}[0m\nthere", &more);
        assert!(object["time"].take().as_str().is_some_and(|time| time.ends_with('Z')));
        let expected = json!({
            "time": null, "level": "error", "message": "\u{1b}[1mwrong\u{1b}[0m\nthere", "hint": ["a", "b"], "outcome": "done"
        });
        assert_eq!(object, expected);
    }

    #[test]
    fn lines_are_those_for_people() {
        let more = [("hint", "do\nthis".to_owned())];
        let shown: Vec<String> =
            lines(Level::Warning, "odd", &more).iter().map(|line| strip_str(line).to_string()).collect();
        assert_eq!(shown, ["warning: odd", "  hint: do", "    this"]);
        assert_eq!(lines(Level::Detail, "a\nb", &[]), ["a", "b"]);
    }
}
