//! Runs an action in a running sandbox. The command line of each action comes from the sandbox's own list.

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Arg, ArgAction, ArgMatches, Args as _, FromArgMatches, Subcommand};
use ongoing_wms::sandbox::{Action, Argument, ArgumentKind, Choice, Sandbox};
use serde_json::{Map, Value, json};

use super::admin_client::AdminClient;
use crate::connection::AddressArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::page::{print_json, print_line};

/// The argument for all things on which an action is possible.
const ALL: &str = "all";

/// The action whose answer is a file of records, one per line.
const EXPORT: &str = "export";

/// An action with its arguments.
pub struct Command {
    action: &'static Action,
    body: Map<String, Value>,
    address: AddressArgs,
}

// ---- the command line ------------------------------------------------------------------------------------------

/// The actions that are commands of their own.
fn commands() -> impl Iterator<Item = &'static Action> {
    Sandbox::actions().filter(|action| action.is_command())
}

/// A command with the arguments of an action, for commands that show the answer in their own format.
pub fn shown_command(name: &'static str, action: &str) -> clap::Command {
    let found = Sandbox::actions().find(|known| known.name == action);
    found.map_or_else(|| clap::Command::new(name), subcommand).name(name)
}

/// The arguments of the action from such a command.
pub fn given(action: &str, matches: &ArgMatches) -> Map<String, Value> {
    let found = Sandbox::actions().find(|known| known.name == action);
    found.map(|action| body(action, matches)).unwrap_or_default()
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
    // A list has no argument of its own: the positional argument for one thing can be repeated.
    let own = action.arguments.iter().filter(|argument| !action.is_list_of_several(argument));
    let command = clap::Command::new(action.name).args(own.map(arg));
    AddressArgs::augment_args(command).about(action.doc)
}

fn arg(argument: &Argument) -> Arg {
    let flag = argument.flag_name();
    if argument.kind == ArgumentKind::Flag {
        return Arg::new(argument.name).help(argument.doc).long(flag).action(ArgAction::SetTrue);
    }
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
    if argument.several.is_some() {
        return arg.num_args(1..).required(false).required_unless_present(ALL).conflicts_with(ALL);
    }
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
        Ok(Command { action, body: body(action, matches), address: AddressArgs::from_arg_matches(matches)? })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Command::from_arg_matches(matches)?;
        Ok(())
    }
}

/// All given arguments.
fn body(action: &Action, matches: &ArgMatches) -> Map<String, Value> {
    let own = action.arguments.iter().filter(|argument| !action.is_list_of_several(argument));
    own.filter_map(|argument| value(argument, matches))
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// A given member, by its name. Numbers are sent as texts: the sandbox validates them.
fn value(argument: &Argument, matches: &ArgMatches) -> Option<(&'static str, Value)> {
    let texts = || Some(matches.get_many::<String>(argument.name)?.cloned().collect::<Vec<_>>());
    let value = match (argument.kind, argument.several) {
        (ArgumentKind::Lines, _) => {
            matches.get_many::<Value>(argument.name)?.cloned().collect::<Vec<_>>().into()
        }
        (ArgumentKind::Texts, _) => texts()?.into(),
        (ArgumentKind::Flag, _) => matches.get_flag(argument.name).then_some(Value::Bool(true))?,
        (_, Some(list)) => match texts()?.as_slice() {
            [one] => one.clone().into(),
            several => return Some((list, several.to_vec().into())),
        },
        _ => matches.get_one::<String>(argument.name).cloned()?.into(),
    };
    Some((argument.name, value))
}

// ---- the call --------------------------------------------------------------------------------------------------

impl Command {
    /// Runs it, and prints the sandbox's answer.
    pub fn run(&self) -> anyhow::Result<()> {
        let client = AdminClient::new(&self.address)?;
        let answer = client.ask(self.action.name, &self.body, self.action.only_reads)?;
        if self.action.name == EXPORT {
            return answer.as_array().into_iter().flatten().try_for_each(print_line);
        }
        print_json(&answer)?;
        // An action on several things may have been refused for some of them.
        let count = |list: &str| answer[list].as_array().map_or(0, Vec::len);
        match (count("done"), count("failed")) {
            (_, 0) => Ok(()),
            (done, failed) => {
                let text = format!("refused: {failed} of {}; \"failed\" says why", done + failed);
                Err(Failure::new(Exit::Refused, text).into())
            }
        }
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
