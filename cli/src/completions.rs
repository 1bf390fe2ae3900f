//! `ongoing completions` and `ongoing man`: made from the same definition as the help.

use clap::CommandFactory as _;
use clap_complete::Shell;

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
    /// The command to describe, such as `call`; the program as a whole if left out
    command: Option<String>,
}

pub fn run(args: &CompletionsArgs) -> anyhow::Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut super::Cli::command(), "ongoing", &mut script);
    print(&String::from_utf8(script)?)
}

pub fn man(args: &ManArgs) -> anyhow::Result<()> {
    let mut program = super::Cli::command().disable_help_subcommand(true);
    program.build();
    let command = match &args.command {
        None => program,
        Some(name) => {
            program.get_subcommands().find(|command| command.get_name() == name).cloned().ok_or_else(
                || super::failure::Failure::new(super::Exit::Usage, format!("there is no command `{name}`")),
            )?
        }
    };
    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page)?;
    print(&String::from_utf8(page)?)
}
