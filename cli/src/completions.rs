//! `ongoing completions` and `ongoing man`: made from the same definition as the help.

use std::path::PathBuf;

use clap::CommandFactory as _;
use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};
use clap_complete::env::Shells;
use clap_complete::{CompleteEnv, Shell};
use clap_mangen::roff::{Roff, roman};

use super::exit::Exit;
use super::failure::Failure;
use super::page::print;

/// Print a completion script for a shell
///
/// For bash: `ongoing completions bash > ~/.local/share/bash-completion/completions/ongoing`
///
/// Completes commands, options, operations, types, kinds, profiles, and the keys of records in a journal. The journal is
/// the one on the command line, else KIND.journal in the journal folder of the settings, beside the input or in the
/// current folder. Never calls the service.
#[derive(clap::Args)]
pub struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

/// Print the manual page (troff)
///
/// To read it: `ongoing man > ongoing.1; man ./ongoing.1`
#[derive(clap::Args)]
pub struct ManArgs {
    /// The command to describe, such as `call` [default: the whole program]
    command: Option<String>,
    /// Write the pages of the program and of all commands to this folder: ongoing.1, ongoing-call.1, ..
    #[arg(long, value_name = "DIR", conflicts_with = "command")]
    all: Option<PathBuf>,
}

/// Set by the scripts when they ask for the completions of a command line.
const VARIABLE: &str = "ONGOING_COMPLETE";

/// Answers a completion script that started this process; returns whether one did.
pub fn answer() -> Result<bool, clap::Error> {
    CompleteEnv::with_factory(super::help::program)
        .var(VARIABLE)
        .bin(NAME)
        .completer(NAME)
        .try_complete(std::env::args_os(), std::env::current_dir().ok().as_deref())
}

const NAME: &str = "ongoing";

pub fn run(args: &CompletionsArgs) -> anyhow::Result<()> {
    print(&script(args.shell)?)
}

/// The script calls the command at each completion, so that it knows the profiles and the keys of the folder.
fn script(shell: Shell) -> anyhow::Result<String> {
    let shells = Shells::builtins();
    let name = shell.to_string();
    let shell = shells.completer(&name).ok_or_else(|| anyhow::anyhow!("no completions for {name}"))?;
    let mut script = Vec::new();
    shell.write_registration(VARIABLE, NAME, NAME, NAME, &mut script)?;
    let script = String::from_utf8(script)?;
    // A function of the fpath is this file: the first time, it also completes.
    let first = "if [[ $funcstack[1] == _ongoing ]]; then _clap_dynamic_completer_ongoing \"$@\"; fi\n";
    Ok(if name == "zsh" { script.trim_end().to_owned() + "\n" + first } else { script })
}

/// Names of the profiles of the settings file in this folder, or in the environment.
pub fn profiles() -> ArgValueCandidates {
    ArgValueCandidates::new(|| {
        let names = ongoing_wms::batch::settings::profiles(None).unwrap_or_default();
        names.into_iter().map(CompletionCandidate::new).collect()
    })
}

pub fn man(args: &ManArgs) -> anyhow::Result<()> {
    let mut program = super::Cli::command().disable_help_subcommand(true);
    program.build();
    if let Some(folder) = &args.all {
        let pages = std::iter::once(&program).chain(program.get_subcommands());
        for command in pages {
            let name = command.get_display_name().unwrap_or(command.get_name());
            let path = folder.join(format!("{name}.1"));
            std::fs::write(&path, page(command)?).map_err(|error| {
                let text = format!("{} cannot be written: {error}", path.display());
                Failure::new(Exit::Output, text).hint("the folder must exist and be writable")
            })?;
        }
        return Ok(());
    }
    let command = match &args.command {
        None => &program,
        Some(name) => program
            .get_subcommands()
            .find(|command| command.get_name() == name)
            .ok_or_else(|| Failure::new(Exit::Usage, format!("command `{name}` not found")))?,
    };
    print(&page(command)?)
}

/// The page. The text after the options in the help has its own sections, and keeps its lines: it has tables and
/// commands.
fn page(command: &clap::Command) -> anyhow::Result<String> {
    let more = command.get_after_long_help().or(command.get_after_help()).map(ToString::to_string);
    let own = command.clone().after_long_help(None::<&str>).after_help(None::<&str>);
    let mut page = Vec::new();
    clap_mangen::Man::new(own).render(&mut page)?;
    sections(&more.unwrap_or_default()).to_writer(&mut page)?;
    Ok(String::from_utf8(page)?)
}

/// The sections of a text: blocks that start with a line ending in a colon.
fn sections(text: &str) -> Roff {
    let mut roff = Roff::new();
    for block in text.split("\n\n").filter(|block| !block.trim().is_empty()) {
        let (first, rest) = block.split_once('\n').unwrap_or((block, ""));
        let heading = first
            .strip_suffix(':')
            .filter(|heading| !heading.contains(['.', ':', ',', '`']) && heading.len() < 30);
        let text = match heading {
            Some(heading) => {
                roff.control("SH", [heading.to_uppercase().as_str()]);
                rest
            }
            None => {
                roff.control("PP", []);
                block
            }
        };
        roff.control("nf", []);
        for line in text.lines() {
            roff.text([roman(line)]);
        }
        roff.control("fi", []);
    }
    roff
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_keeps_the_lines_of_tables() {
        let roff = sections("Examples:\n  ongoing list\n\nA text\n.of two lines.\n").to_roff();
        assert!(roff.contains(".SH EXAMPLES\n.nf\n"), "{roff}");
        assert!(roff.contains("  ongoing list\n") && roff.contains("A text\n\\&.of two lines.\n"), "{roff}");
    }
}
