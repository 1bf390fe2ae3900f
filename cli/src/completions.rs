//! `ongoing completions` and `ongoing man`: generated from the same definition as the help.

use std::path::PathBuf;

use clap::CommandFactory as _;
use clap_complete::Shell;
use clap_mangen::roff::{Roff, roman};

use super::exit::Exit;
use super::failure::Failure;
use super::page::print;

/// Print a completion script for a shell
///
/// For bash: `ongoing completions bash > ~/.local/share/bash-completion/completions/ongoing`
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

pub fn run(args: &CompletionsArgs) -> anyhow::Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut super::Cli::command(), "ongoing", &mut script);
    print(&with_profiles(args.shell, &String::from_utf8(script)?))
}

/// The script does not know the settings file with the profiles, so it queries them when it is used.
fn with_profiles(shell: Shell, script: &str) -> String {
    const ASK: &str = "ongoing config profiles 2>/dev/null";
    match shell {
        Shell::Bash => {
            let files = "--profile)\n                    COMPREPLY=($(compgen -f \"${cur}\"))";
            let names = format!(
                "--profile)\n                    COMPREPLY=($(compgen -W \"$({ASK})\" -- \"${{cur}}\"))"
            );
            script.replace(files, &names)
        }
        Shell::Zsh => {
            let lines = script.lines().map(|line| match line.trim_start().starts_with("'--profile=") {
                true => line.replace(":NAME:_default'", &format!(":NAME:($({ASK}))'")),
                false => line.to_owned(),
            });
            lines.collect::<Vec<_>>().join("\n") + "\n"
        }
        Shell::Fish => {
            let lines = script.lines().map(|line| match line.contains(" -l profile -d ") {
                true => format!("{line} -f -a \"({ASK})\""),
                false => line.to_owned(),
            });
            lines.collect::<Vec<_>>().join("\n") + "\n" + &fish_positionals()
        }
        _ => script.to_owned(),
    }
}

/// The values of positional arguments, which clap's script for fish does not offer.
fn fish_positionals() -> String {
    let mut lines = String::new();
    for command in super::Cli::command().get_subcommands() {
        for argument in command.get_positionals() {
            let Some(values) = argument.get_value_parser().possible_values() else { continue };
            let names: Vec<String> = values.map(|value| value.get_name().to_owned()).collect();
            lines.push_str(&format!(
                "complete -c ongoing -n \"__fish_ongoing_using_subcommand {}\" -f -a \"{}\"\n",
                command.get_name(),
                names.join(" ")
            ));
        }
    }
    lines
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

    fn script(shell: Shell) -> String {
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut super::super::Cli::command(), "ongoing", &mut script);
        with_profiles(shell, &String::from_utf8(script).unwrap())
    }

    #[test]
    fn completions_know_the_names_that_are_taken() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
            let script = script(shell);
            // An operation, a type, a group, a kind, columns; all rows of the contract.
            let names = ["GetOrdersByQuery", "CustomerOrderLine", "Inventory", "return-orders", "tracking"];
            for name in names {
                assert!(script.contains(name), "{shell} does not know {name}");
            }
            for rows in ongoing_wms::batch::pull::Source::all() {
                assert!(script.contains(rows.name()), "{shell} does not know {}", rows.name());
            }
            let profiles = script.matches("ongoing config profiles 2>").count();
            let flags = match shell {
                Shell::Bash => script.matches("                --profile)").count(),
                Shell::Zsh => script.matches("'--profile=").count(),
                _ => script.matches(" -l profile ").count(),
            };
            assert!(
                profiles > 10 && profiles == flags,
                "{shell}: {profiles} of {flags} flags ask for profiles"
            );
        }
    }

    #[test]
    fn a_page_keeps_the_lines_of_tables() {
        let roff = sections("Examples:\n  ongoing list\n\nA text\n.of two lines.\n").to_roff();
        assert!(roff.contains(".SH EXAMPLES\n.nf\n"), "{roff}");
        assert!(roff.contains("  ongoing list\n") && roff.contains("A text\n\\&.of two lines.\n"), "{roff}");
    }
}
