//! `ongoing sandbox`: serves the embedded warehouse, and runs actions in it.

mod action;
mod admin_client;
mod exchange_line;
mod log;
mod serve;
mod state;

use clap::{ArgMatches, Args as _, FromArgMatches, Subcommand};

/// Run a local warehouse for any SOAP client, or work in one
///
/// Without an action it serves until Ctrl-C. --db keeps the warehouse in a file; without it, the warehouse is gone at
/// the end. With an action it does the staff's work in a running sandbox: receive, pick, ship and so on.
///
/// Only programs on this machine can reach it, unless you use --address and --allow-remote. The password is
/// `open-sesame`, or the value of ONGOING_SANDBOX_PASSWORD; actions need none.
#[derive(clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
Example:
  ongoing sandbox --port 8010 --seed-data
and from another terminal:
  export ONGOING_URL=http://127.0.0.1:8010/demo/service.asmx
  export ONGOING_USERNAME=demo ONGOING_PASSWORD=open-sesame
  export ONGOING_GOODS_OWNER_CODE=DEMO
  ongoing call GetOrderStatuses
  ongoing sandbox pick 1005
  ongoing sandbox disturb cut-after --operation ProcessOrder --count 3"
)]
pub struct Args {
    #[command(flatten)]
    serve: serve::Args,
    #[command(subcommand)]
    action: Option<Command>,
}

/// An action in a running sandbox.
pub enum Command {
    Log(log::LogArgs),
    Show(log::ShowArgs),
    State(state::StateArgs),
    Action(action::Command),
}

impl Subcommand for Command {
    fn augment_subcommands(command: clap::Command) -> clap::Command {
        let command = action::Command::augment_subcommands(command);
        command
            .subcommand(log::LogArgs::command())
            .subcommand(log::ShowArgs::augment_args(clap::Command::new("show")))
            .subcommand(state::StateArgs::command())
    }

    fn augment_subcommands_for_update(command: clap::Command) -> clap::Command {
        Command::augment_subcommands(command)
    }

    fn has_subcommand(name: &str) -> bool {
        matches!(name, "log" | "show" | "state") || action::Command::has_subcommand(name)
    }
}

impl FromArgMatches for Command {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Command, clap::Error> {
        Ok(match matches.subcommand() {
            Some(("log", matches)) => Command::Log(log::LogArgs::from_matches(matches)?),
            Some(("show", matches)) => Command::Show(log::ShowArgs::from_arg_matches(matches)?),
            Some(("state", matches)) => Command::State(state::StateArgs::from_matches(matches)?),
            _ => Command::Action(action::Command::from_arg_matches(matches)?),
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Command::from_arg_matches(matches)?;
        Ok(())
    }
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    match &args.action {
        Some(Command::Log(args)) => log::log(args),
        Some(Command::Show(args)) => log::show(args),
        Some(Command::State(args)) => state::state(args),
        Some(Command::Action(action)) => action.run(),
        None => serve::run(&args.serve),
    }
}
