//! `ongoing sandbox log` and `show`: the exchanges of a running sandbox.

use std::io::{self, Write as _};

use clap::{Arg, ArgAction, ArgMatches, FromArgMatches};
use serde_json::{Map, Value};

use super::action;
use super::admin_client::AdminClient;
use super::exchange_line::exchange_line;
use super::state::{OPTIONS, output, output_of};
use crate::connection::AddressArgs;
use crate::failure::is_broken_pipe;
use crate::page::{OutputFormat, print, print_json};
use crate::pretty;
use crate::standard_output::UntilClosed;
use crate::terminal::{safe_json, safe_lines};

/// The action that is sent; the command has its arguments.
const ACTION: &str = "exchanges";

/// Default number of listed exchanges.
const LAST: u32 = 20;

pub struct LogArgs {
    filter: Map<String, Value>,
    follow: bool,
    output: OutputFormat,
    address: AddressArgs,
}

/// Show a request and its answer, or an action and its result
#[derive(clap::Args)]
pub struct ShowArgs {
    /// Number of the exchange, as in the log
    #[arg(value_name = "EXCHANGE")]
    id: u64,
    /// Format of the answer
    #[arg(long, value_enum, default_value_t = OutputFormat::Text, action = ArgAction::Set)]
    output: OutputFormat,
    #[command(flatten)]
    address: AddressArgs,
}

impl LogArgs {
    pub fn command() -> clap::Command {
        action::shown_command("log", ACTION)
            .about("List the last requests and actions")
            .long_about(
                "List the last requests and actions\n\nOne line each, oldest first: number, time, outcome, operation \
                 or action, keys and message.",
            )
            .mut_arg("last", |last| last.help("Maximum number, up to 2000 [default: 20]"))
            .arg(
                Arg::new("follow")
                    .long("follow")
                    .action(ArgAction::SetTrue)
                    .help_heading(OPTIONS)
                    .help("Keep printing new ones until Ctrl-C"),
            )
            .arg(output("Format of the lines"))
    }

    pub fn from_matches(matches: &ArgMatches) -> Result<LogArgs, clap::Error> {
        let mut filter = action::given(ACTION, matches);
        filter.entry("last").or_insert_with(|| LAST.into());
        Ok(LogArgs {
            filter,
            follow: matches.get_flag("follow"),
            output: output_of(matches),
            address: AddressArgs::from_arg_matches(matches)?,
        })
    }

    fn print(&self, exchange: &Value) -> io::Result<()> {
        let line = match self.output {
            OutputFormat::Json => safe_json(&exchange.to_string()).into_owned(),
            OutputFormat::Text => exchange_line(exchange),
        };
        let mut out = anstream::stdout().lock();
        writeln!(out, "{line}")?;
        out.flush()
    }

    /// Whether a new exchange matches. Filters that need the bodies are left to the sandbox.
    fn wants(&self, client: &AdminClient, exchange: &Value) -> anyhow::Result<bool> {
        let mut filter = self.filter.clone();
        if filter.len() == 1 {
            return Ok(true);
        }
        let id = exchange["id"].as_u64().unwrap_or_default();
        let bound =
            |name: &str| filter.get(name).and_then(Value::as_str).and_then(|bound| bound.parse().ok());
        if bound("before").is_some_and(|bound: u64| id >= bound)
            || bound("after").is_some_and(|bound: u64| id <= bound)
        {
            return Ok(false);
        }
        filter.insert("after".to_owned(), id.saturating_sub(1).into());
        filter.insert("before".to_owned(), id.saturating_add(1).into());
        Ok(client.ask(ACTION, &filter, true)?["count"] != 0)
    }
}

pub fn log(args: &LogArgs) -> anyhow::Result<()> {
    match print_all(args) {
        // A closed output, such as that of `head`, is not an error.
        Err(error) if is_broken_pipe(&error) => Ok(()),
        done => done,
    }
}

fn print_all(args: &LogArgs) -> anyhow::Result<()> {
    let client = AdminClient::new(&args.address)?;
    let listed = client.ask(ACTION, &args.filter, true)?;
    for exchange in listed["exchanges"].as_array().into_iter().flatten().rev() {
        args.print(exchange)?;
    }
    if args.follow {
        for exchange in client.events(listed["sequence"].as_u64().unwrap_or_default())? {
            if args.wants(&client, &exchange)? {
                args.print(&exchange)?;
            }
        }
    }
    Ok(())
}

pub fn show(args: &ShowArgs) -> anyhow::Result<()> {
    let client = AdminClient::new(&args.address)?;
    let body = Map::from_iter([("id".to_owned(), args.id.into())]);
    let exchange = client.ask("exchange", &body, true)?;
    if args.output == OutputFormat::Json {
        return print_json(&exchange);
    }
    writeln!(UntilClosed(anstream::stdout().lock()), "{}", exchange_line(&exchange))?;
    if exchange["kind"] == "work" {
        let (arguments, result) = (&exchange["arguments"], &exchange["result"]);
        return print(&safe_json(&format!("\nArguments\n{arguments:#}\n\nResult\n{result:#}\n")));
    }
    let mut text = String::new();
    if let Some(why) = exchange["invalid"]["why"].as_str() {
        let invalid = &exchange["invalid"];
        text.push_str(&format!("\nNot understood: {why}\n"));
        if let (Some(line), Some(column)) = (invalid["line"].as_u64(), invalid["column"].as_u64()) {
            text.push_str(&format!("  at line {line}, column {column}\n"));
        }
        for name in ["expected", "found"] {
            if let Some(value) = invalid[name].as_str() {
                text.push_str(&format!("  {name} {value}\n"));
            }
        }
    }
    for (title, name) in [("Request", "request"), ("Answer", "answer")] {
        let message = &exchange[name];
        let status = exchange["status"].as_u64().filter(|_| name == "answer");
        text.push_str(&format!(
            "\n{title}{}\n",
            status.map_or(String::new(), |status| format!(", HTTP {status}"))
        ));
        match message["body"].as_str() {
            None => text.push_str("none was sent\n"),
            Some(body) => {
                text.push_str(&pretty::indented(body));
                text.push('\n');
                if message["cut"] == true {
                    text.push_str(".. the rest is not kept\n");
                }
            }
        }
    }
    print(&safe_lines(&text).collect::<Vec<_>>().join("\n"))
}
