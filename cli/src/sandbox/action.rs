//! An action in a sandbox that runs: the command line of each is made from the sandbox's own list.

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Arg, ArgAction, ArgMatches, Args as _, FromArgMatches, Subcommand};
use ongoing_wms::sandbox::{Action, Argument, ArgumentKind, Choice, Sandbox};
use serde_json::{Map, Value, json};

use super::admin_client::AdminClient;
use crate::connection::AddressArgs;
use crate::page::print_json;

/// An action with what it was given.
pub struct Command {
    action: &'static Action,
    body: Map<String, Value>,
    address: AddressArgs,
}

// ---- the command line ------------------------------------------------------------------------------------------

/// The actions that are commands of their own.
fn commands() -> impl Iterator<Item = &'static Action> {
    Sandbox::actions().iter().filter(|action| action.is_command())
}

impl Subcommand for Command {
    fn augment_subcommands(command: clap::Command) -> clap::Command {
        command.subcommands(commands().map(subcommand))
    }

    fn augment_subcommands_for_update(command: clap::Command) -> clap::Command {
        Command::augment_subcommands(command)
    }

    fn has_subcommand(name: &str) -> bool {
        commands().any(|action| action.name == name)
    }
}

fn subcommand(action: &Action) -> clap::Command {
    let command = clap::Command::new(action.name).args(action.arguments.iter().map(arg));
    AddressArgs::augment_args(command).about(action.doc)
}

fn arg(argument: &Argument) -> Arg {
    let flag = argument.flag_name();
    let value = match argument.kind {
        ArgumentKind::Lines => "LINE=NUMBER".to_owned(),
        ArgumentKind::Texts => flag.trim_end_matches('s').to_uppercase(),
        _ => flag.to_uppercase(),
    };
    let arg = Arg::new(argument.name)
        .help(argument.doc)
        .value_name(value)
        .required(argument.required)
        .allow_negative_numbers(true);
    let arg = if argument.positional { arg } else { arg.long(flag) };
    match (argument.kind, argument.positional) {
        (ArgumentKind::Texts, true) => arg.num_args(1..),
        (ArgumentKind::Texts, false) => arg.action(ArgAction::Append),
        (ArgumentKind::Lines, _) => arg.action(ArgAction::Append).value_parser(line),
        _ if argument.choices.is_empty() => arg,
        _ => {
            let choice = |choice: &Choice| PossibleValue::new(choice.name).help(choice.doc);
            arg.value_parser(PossibleValuesParser::new(argument.choices.iter().map(choice)))
        }
    }
}

/// `1=5`: five of the line 1. The name may have equals signs of its own.
fn line(text: &str) -> Result<Value, String> {
    let (line, number) = text.rsplit_once('=').ok_or("expected LINE=NUMBER, as in 1=5")?;
    Ok(json!({ "line": line, "number": number }))
}

impl FromArgMatches for Command {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Command, clap::Error> {
        let missing = || clap::Error::new(clap::error::ErrorKind::MissingSubcommand);
        let (name, matches) = matches.subcommand().ok_or_else(missing)?;
        let action = commands().find(|action| action.name == name).ok_or_else(missing)?;
        let mut body = Map::new();
        for argument in action.arguments {
            if let Some(value) = value(argument, matches) {
                body.insert(argument.name.to_owned(), value);
            }
        }
        Ok(Command { action, body, address: AddressArgs::from_arg_matches(matches)? })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Command::from_arg_matches(matches)?;
        Ok(())
    }
}

/// Numbers go as texts: the sandbox says whether they are any.
fn value(argument: &Argument, matches: &ArgMatches) -> Option<Value> {
    match argument.kind {
        ArgumentKind::Lines => {
            Some(matches.get_many::<Value>(argument.name)?.cloned().collect::<Vec<_>>().into())
        }
        ArgumentKind::Texts => {
            Some(matches.get_many::<String>(argument.name)?.cloned().collect::<Vec<_>>().into())
        }
        _ => matches.get_one::<String>(argument.name).map(|text| text.clone().into()),
    }
}

// ---- the call --------------------------------------------------------------------------------------------------

impl Command {
    /// Does it, and prints what the sandbox says.
    pub fn run(&self) -> anyhow::Result<()> {
        let client = AdminClient::new(&self.address)?;
        print_json(&client.ask(self.action.name, &self.body, self.action.only_reads)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_may_have_equals_signs_in_its_name() {
        assert_eq!(line("a=b=2.5").unwrap(), json!({ "line": "a=b", "number": "2.5" }));
        assert!(line("5").is_err());
    }
}
