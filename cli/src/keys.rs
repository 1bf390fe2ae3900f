//! Completions of keys, from the journals on this machine. The service is never called.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};
use ongoing_wms::batch::Journal;
use ongoing_wms::batch::kind::KINDS;
use ongoing_wms::batch::settings::SettingsFile;

use super::connection::FLAGS;

/// Maximum number of keys that are offered.
const OFFERED: usize = 50;

/// Keys of records: of this kind, else of the kind that the command line names.
pub fn keys(kind: Option<&'static str>) -> ArgValueCompleter {
    completer(kind, |_, key| key.to_owned())
}

/// Records by goods owner and key.
pub fn names() -> ArgValueCompleter {
    completer(None, |owner, key| format!("{owner}:{key}"))
}

fn completer(kind: Option<&'static str>, form: fn(&str, &str) -> String) -> ArgValueCompleter {
    ArgValueCompleter::new(move |start: &OsStr| {
        let Some(start) = start.to_str() else { return Vec::new() };
        let line = CommandLine::of_this_process();
        let wanted = |owner: &str, key: &str| {
            let text = form(owner, key);
            text.starts_with(start) && is_plain(&text)
        };
        let mut found: Vec<String> = Vec::new();
        for journal in line.journals(kind) {
            // A completion cannot show messages, so a damaged journal is skipped.
            let Ok(keys) = Journal::newest_keys(&journal, OFFERED, wanted) else { continue };
            found.extend(keys.iter().map(|(owner, key)| form(owner, key)));
        }
        found.sort_unstable();
        found.dedup();
        found.into_iter().map(CompletionCandidate::new).collect()
    })
}

/// Whether every shell takes the text as one word that is not an option. Keys come from others, and a shell would run
/// what looks like a command in one.
fn is_plain(text: &str) -> bool {
    text.starts_with(char::is_alphanumeric)
        && text.chars().all(|char| char.is_alphanumeric() || "-_.:,/@+".contains(char))
}

/// The command line that is completed.
struct CommandLine(Vec<OsString>);

impl CommandLine {
    /// The words after the first `--`; the first is the command.
    fn of_this_process() -> CommandLine {
        CommandLine(std::env::args_os().skip_while(|word| word != "--").skip(2).collect())
    }

    /// The journals that can have the keys.
    fn journals(&self, kind: Option<&str>) -> Vec<PathBuf> {
        if let Some(named) = self.option("--journal") {
            return vec![named];
        }
        if let Some(at) = self.0.iter().position(|word| word == "journal") {
            return self
                .0
                .iter()
                .skip(at + 1)
                .map(PathBuf::from)
                .find(|path| path.is_file())
                .into_iter()
                .collect();
        }
        let Some(kind) = kind.or_else(|| self.kind()) else { return Vec::new() };
        let profile =
            self.option("--profile").and_then(|profile| profile.into_os_string().into_string().ok());
        let config = self.option("--config");
        let file = SettingsFile::find(config.as_deref(), profile.as_deref(), FLAGS).unwrap_or_default();
        // By default, the journal of a push is beside its input.
        let inputs = self.0.iter().map(Path::new).filter(|word| word.is_file());
        let folders = inputs.filter_map(Path::parent).chain([Path::new("")]);
        let beside = folders.map(|folder| folder.join(format!("{kind}.journal")));
        let mut journals: Vec<PathBuf> =
            file.journal(kind).into_iter().chain(beside).filter(|path| path.is_file()).collect();
        journals.sort();
        journals.dedup();
        journals
    }

    /// The value of an option.
    fn option(&self, name: &str) -> Option<PathBuf> {
        let mut words = self.0.iter();
        while let Some(word) = words.next() {
            if word == name {
                return words.next().filter(|value| !value.is_empty()).map(PathBuf::from);
            }
            let value = word.to_str().and_then(|word| word.strip_prefix(name)?.strip_prefix('='));
            if let Some(value) = value {
                return Some(PathBuf::from(value));
            }
        }
        None
    }

    /// The kind of records: `orders`, or what `order` is one of.
    fn kind(&self) -> Option<&'static str> {
        let is_named = |name: &str, word: &OsString| {
            word == name || word.to_str().is_some_and(|word| name.strip_suffix('s') == Some(word))
        };
        let mut words = self.0.iter();
        words.find_map(|word| KINDS.iter().map(|kind| kind.name).find(|name| is_named(name, word)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(words: &[&str]) -> CommandLine {
        CommandLine(words.iter().map(OsString::from).collect())
    }

    #[test]
    fn the_line_names_the_kind_and_the_journal() {
        assert_eq!(line(&["show", "order", "10"]).kind(), Some("orders"));
        assert_eq!(line(&["-q", "cancel", "production-order", ""]).kind(), Some("production-orders"));
        assert_eq!(line(&["push", "in-orders", "x.csv", "--show", "7"]).kind(), Some("in-orders"));
        assert_eq!(line(&["list"]).kind(), None);
        for words in [["--journal", "a.journal"].as_slice(), &["--journal=a.journal"]] {
            assert_eq!(line(words).journals(None), [PathBuf::from("a.journal")]);
        }
    }

    #[test]
    fn a_key_that_a_shell_would_run_is_not_offered() {
        for key in ["1001", "WEB-1.2", "Å7", "DEMO:10/b"] {
            assert!(is_plain(key), "{key}");
        }
        for key in
            ["", "$(touch x)", "`id`", "a b", "a;b", "-rf", "a'b", "a\"b", "a*", "a\nb", "~", "a|b", "a\\b"]
        {
            assert!(!is_plain(key), "{key}");
        }
    }
}
