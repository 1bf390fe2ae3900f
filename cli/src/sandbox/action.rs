//! An action in a sandbox that runs: the command line of each is made from the sandbox's own list.

use std::io::Read as _;
use std::time::Duration;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Arg, ArgAction, ArgMatches, Args as _, FromArgMatches, Subcommand};
use ongoing_wms::ConfigError;
use ongoing_wms::sandbox::{Action, Argument, ArgumentKind, Choice, Sandbox};
use ongoing_wms::transport::{
    Delivery, Http, HttpRequest, HttpSettings, ProxySetting, Transport as _, TransportFailure,
};
use serde_json::{Map, Value, json};

use crate::connection::{AddressArgs, shown};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::page::print_json;

/// Longest that is waited for an answer: others may work there, and disturbances do not concern actions.
const PATIENCE: Duration = Duration::from_secs(60);

/// An action with what it was given.
pub struct Command {
    action: &'static Action,
    body: Map<String, Value>,
    address: AddressArgs,
}

// ---- the command line ------------------------------------------------------------------------------------------

impl Subcommand for Command {
    fn augment_subcommands(command: clap::Command) -> clap::Command {
        command.subcommands(Sandbox::actions().iter().map(subcommand))
    }

    fn augment_subcommands_for_update(command: clap::Command) -> clap::Command {
        Command::augment_subcommands(command)
    }

    fn has_subcommand(name: &str) -> bool {
        Sandbox::actions().iter().any(|action| action.name == name)
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
        let action = Sandbox::actions().iter().find(|action| action.name == name).ok_or_else(missing)?;
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
        let Some(url) = self.address.url()? else {
            return Err(ConfigError::new("the address of the sandbox is missing; nothing was sent")
                .with_hint("give it by --url, ONGOING_URL, or url in ongoing.toml; `ongoing sandbox --port 8010` serves one")
                .into());
        };
        let root = root(&url)?;
        let (status, answer) = self.send(&root).map_err(|failure| self.no_answer(&root, &failure))?;
        let error = answer.as_ref().and_then(|answer| answer["error"].as_str());
        match (status, answer.as_ref(), error) {
            (200, Some(answer), _) => print_json(answer),
            (409, _, Some(error)) => Err(Failure::new(Exit::Refused, format!("refused: {error}")).into()),
            (400, _, Some(error)) => Err(Failure::new(Exit::BadInput, error)
                .hint(format!("see `ongoing sandbox {} --help`", self.action.name))
                .into()),
            (500, _, Some(error)) => {
                Err(Failure::new(Exit::Refused, format!("the sandbox failed: {error}")).into())
            }
            (_, _, Some(error)) => Err(Failure::new(Exit::NotUnderstood, error)
                .hint("this command and the sandbox may be of two versions")
                .into()),
            _ => Err(Failure::new(Exit::NotUnderstood, format!("{root} is no sandbox: HTTP {status}"))
                .hint("`ongoing sandbox` prints its address when it starts")
                .into()),
        }
    }

    /// The HTTP status, and the JSON of the answer if it is that.
    fn send(&self, root: &str) -> Result<(u16, Option<Value>), TransportFailure> {
        let mut settings = HttpSettings::default();
        // No password travels.
        settings.allow_plain_http = true;
        settings.proxy = ProxySetting::None;
        settings.timeouts.receive_answer = Some(PATIENCE);
        settings.timeouts.receive_body = Some(PATIENCE);
        let unsent = |error: ConfigError| TransportFailure::new(Delivery::NotSent, error.to_string());
        let http = Http::new(&settings).map_err(unsent)?;
        let answer = http.send(&HttpRequest {
            url: &format!("{root}/admin/{}", self.action.name),
            operation: self.action.name,
            headers: &[("content-type", "application/json".to_owned())],
            body: Value::Object(self.body.clone()).to_string().as_bytes(),
            deadline: Some(PATIENCE),
        })?;
        let (status, mut body) = (answer.status, answer.body);
        let mut bytes = Vec::new();
        let broken =
            |error| TransportFailure::new(Delivery::Unknown, format!("the answer broke off: {error}"));
        body.read_to_end(&mut bytes).map_err(broken)?;
        Ok((status, serde_json::from_slice(&bytes).ok()))
    }

    fn no_answer(&self, root: &str, failure: &TransportFailure) -> Failure {
        let message = format!("{}: {failure}", self.action.name);
        if failure.delivery == Delivery::NotSent || self.action.only_reads {
            return Failure::new(Exit::Unreachable, message)
                .hint(format!("is there a sandbox at {root}? `ongoing sandbox --port PORT` serves one"));
        }
        Failure::new(Exit::UnknownOrLater, message)
            .hint("it may have been done: `ongoing sandbox state` shows what the warehouse holds")
    }
}

/// `http://host:port` of the address. What is not plain HTTP is a real service, and none of its addresses are ours.
fn root(url: &str) -> Result<String, ConfigError> {
    let hint = "a sandbox has an address such as http://127.0.0.1:8010";
    let Some(rest) = url.strip_prefix("http://").filter(|rest| !rest.contains('@')) else {
        return Err(ConfigError::new(format!("{} is no address of a sandbox; nothing was sent", shown(url)))
            .with_hint(hint));
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    match host.is_empty() {
        true => Err(ConfigError::new(format!("{url} has no host; nothing was sent")).with_hint(hint)),
        false => Ok(format!("http://{host}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_address_of_a_sandbox_will_do() {
        for (url, expected) in [
            ("http://127.0.0.1:8010/demo/service.asmx", "http://127.0.0.1:8010"),
            ("http://[::1]:8010/", "http://[::1]:8010"),
            ("http://sandbox", "http://sandbox"),
            ("http://sandbox?WSDL", "http://sandbox"),
        ] {
            assert_eq!(root(url).unwrap(), expected);
        }
        for url in ["https://api.ongoingsystems.se/x", "127.0.0.1:8010", "http:///x", "http://u:canary@host"]
        {
            let error = root(url).unwrap_err();
            assert!(!error.message().contains("canary"), "{error}");
        }
    }

    #[test]
    fn a_line_may_have_equals_signs_in_its_name() {
        assert_eq!(line("a=b=2.5").unwrap(), json!({ "line": "a=b", "number": "2.5" }));
        assert!(line("5").is_err());
    }
}
