//! `ongoing completions` and `ongoing man`: made from the same definition as the help.

use std::path::PathBuf;

use clap::CommandFactory as _;
use clap_complete::Shell;

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
    /// The command to describe, such as `call`; the program as a whole if left out
    command: Option<String>,
    /// Write the pages of the program and of each command into this folder, as ongoing.1, ongoing-call.1, ..
    #[arg(long, value_name = "DIR", conflicts_with = "command")]
    all: Option<PathBuf>,
}

pub fn run(args: &CompletionsArgs) -> anyhow::Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut super::Cli::command(), "ongoing", &mut script);
    print(&String::from_utf8(script)?)
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
            .ok_or_else(|| Failure::new(Exit::Usage, format!("there is no command `{name}`")))?,
    };
    print(&page(command)?)
}

fn page(command: &clap::Command) -> anyhow::Result<String> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut page)?;
    Ok(String::from_utf8(page)?)
}
