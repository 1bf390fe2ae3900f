//! The `ongoing` command. Parsing the command line has no side effects; each command has its own file.
#![forbid(unsafe_code)]

mod aligned_table;
mod call;
mod cancel;
mod completions;
mod config;
mod config_template;
mod connection;
mod demo;
mod describe;
mod exit;
mod failure;
mod files;
mod help;
mod input;
mod interrupt;
mod journal;
mod keys;
mod list;
mod log;
mod messages;
mod names;
mod offer;
mod order_kind;
mod output_file;
mod page;
mod pretty;
mod private;
mod progress;
mod pull;
mod push;
mod record;
mod report;
mod sandbox;
mod set_member;
mod shape;
mod show;
mod skeleton;
mod standard_output;
mod status;
mod sync;
mod terminal;
mod wait;
mod watch;
mod wsdl;

use std::io::Write as _;
use std::process::ExitCode;

use clap::{FromArgMatches as _, Parser, Subcommand};

use exit::Exit;
use failure::Failure;

/// Drive Ongoing WMS from the command line: every operation of its goods-owner SOAP API.
///
/// To start: `list` names the operations, `describe` shows one, `skeleton` prints input to fill in, and `call
/// --dry-run` shows what would be sent. Results go to standard output, everything else to standard error.
#[derive(Parser)]
#[command(name = "ongoing", version, max_term_width = 80, after_long_help = exit::TABLE)]
#[command(after_help = "See `--help` for the exit codes.", subcommand_required = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    messages: messages::Args,
}

#[derive(Subcommand)]
enum Command {
    Demo(demo::Args),
    List(list::Args),
    Describe(describe::Args),
    Skeleton(skeleton::Args),
    Call(Box<call::Args>),
    Pull(Box<pull::Args>),
    Report(report::Args),
    Push(Box<push::Args>),
    Journal(journal::Args),
    Cancel(cancel::Args),
    Show(show::Args),
    Wait(wait::Args),
    Files(files::Args),
    Sync(sync::Args),
    Status(status::Args),
    Config(config::Args),
    Sandbox(Box<sandbox::Args>),
    Wsdl(wsdl::Args),
    Completions(completions::CompletionsArgs),
    Man(completions::ManArgs),
}

fn main() -> ExitCode {
    // A panic is a bug and has its own exit code, so that a batch job does not take it for a refusal.
    match std::panic::catch_unwind(run_process) {
        Ok(code) => code,
        Err(_) => {
            let text = "error: this is a bug in `ongoing`; please report it with the lines above";
            // If even this cannot be written, there is nowhere to report it.
            let _ = writeln!(std::io::stderr(), "{text}");
            Exit::Bug.into()
        }
    }
}

/// Runs the command of this process.
fn run_process() -> ExitCode {
    match completions::answer() {
        Ok(true) => return Exit::Done.into(),
        Ok(false) => {}
        Err(error) => return not_understood(&error),
    }
    let parsed = help::program().try_get_matches().and_then(|matches| {
        let name = matches.subcommand_name().unwrap_or_default().to_owned();
        Ok((Cli::from_arg_matches(&matches)?, name))
    });
    let (cli, name) = match parsed {
        Ok(parsed) => parsed,
        Err(error) => return not_understood(&error),
    };
    let log = match cli.messages.begin(&name) {
        Ok(log) => log,
        Err(text) => return told(&Failure::new(Exit::Config, text).into()).into(),
    };
    let exit = run(cli.command).map_or_else(|error| told(&error), |()| Exit::Done);
    log.end(exit.code());
    exit.into()
}

/// Shows an error. Returns its exit code.
fn told(error: &anyhow::Error) -> Exit {
    failure::show(error);
    exit::of(error)
}

/// Shows an error of the command line, or the requested help.
fn not_understood(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        // If even this cannot be written, there is nowhere to report it.
        let _ = error.print();
        return Exit::Done.into();
    }
    match messages::is_log() {
        true => failure::tell(format_args!("{}", error.render().to_string().trim_end())),
        // Printed by clap, with its colours.
        false => drop(error.print()),
    }
    if let Some(hint) = names::instead_of_command(error) {
        failure::tell(format_args!("hint: {hint}"));
    }
    Exit::Usage.into()
}

fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Demo(args) => demo::run(&args),
        Command::List(args) => list::run(&args),
        Command::Describe(args) => describe::run(&args),
        Command::Skeleton(args) => skeleton::run(&args),
        Command::Call(args) => call::run(&args),
        Command::Pull(args) => pull::run(&args),
        Command::Report(args) => report::run(&args),
        Command::Push(args) => push::run(&args),
        Command::Journal(args) => journal::run(&args),
        Command::Cancel(args) => cancel::run(&args),
        Command::Show(args) => show::run(&args),
        Command::Wait(args) => wait::run(&args),
        Command::Files(args) => files::run(&args),
        Command::Sync(args) => sync::run(&args),
        Command::Status(args) => status::run(&args),
        Command::Config(args) => config::run(&args),
        Command::Sandbox(args) => sandbox::run(&args),
        Command::Wsdl(args) => wsdl::run(&args),
        Command::Completions(args) => completions::run(&args),
        Command::Man(args) => completions::man(&args),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_sound() {
        super::Cli::command().debug_assert();
    }

    #[test]
    fn a_letter_means_one_flag_in_all_commands() {
        fn collect(command: &clap::Command, known: &mut BTreeMap<char, BTreeSet<String>>) {
            for argument in command.get_arguments() {
                if let Some(short) = argument.get_short() {
                    known
                        .entry(short)
                        .or_default()
                        .insert(argument.get_long().unwrap_or_default().to_owned());
                }
            }
            command.get_subcommands().for_each(|command| collect(command, known));
        }
        let mut known = BTreeMap::new();
        collect(&super::Cli::command(), &mut known);
        let several: Vec<_> = known.iter().filter(|(_, flags)| flags.len() > 1).collect();
        assert!(known.len() > 4 && several.is_empty(), "{several:?}");
    }
}
