//! `ongoing sandbox log` and `show`: what happened in a sandbox that runs.

use std::io::Write as _;

use clap::ArgAction;
use serde_json::{Map, Value};

use super::admin_client::AdminClient;
use super::exchange_line::exchange_line;
use crate::connection::AddressArgs;
use crate::page::{Output, print, print_json, print_line};
use crate::pretty;

/// List the last requests and actions
///
/// One line each, oldest first: number, time, outcome, operation or action, what it is about, and what was said.
#[derive(clap::Args)]
pub struct LogArgs {
    /// Go on as they come, until Ctrl-C
    #[arg(long, short)]
    follow: bool,
    /// How many, up to 2000
    #[arg(long, value_name = "NUMBER", default_value_t = 20)]
    last: u32,
    /// Only those of this operation or action
    #[arg(long, value_name = "NAME")]
    operation: Option<String>,
    /// Only those about the order, article .. of this number or id
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
    /// Only those that ended so
    #[arg(long, value_name = "OUTCOME", value_parser = ["running", "done", "refused", "fault", "invalid", "disturbed"])]
    outcome: Option<String>,
    /// Only those that have this text somewhere
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,
    /// Form of the lines
    #[arg(long, value_enum, default_value_t = Output::Text)]
    output: Output,
    #[command(flatten)]
    address: AddressArgs,
}

/// Show a request and its answer, or an action and its result
#[derive(clap::Args)]
pub struct ShowArgs {
    /// Number of the exchange, as the log has it
    #[arg(value_name = "EXCHANGE")]
    id: u64,
    /// Form of the answer
    #[arg(long, value_enum, default_value_t = Output::Text, action = ArgAction::Set)]
    output: Output,
    #[command(flatten)]
    address: AddressArgs,
}

impl LogArgs {
    /// What is asked for.
    fn filter(&self) -> Map<String, Value> {
        let texts = [
            ("operation", &self.operation),
            ("key", &self.key),
            ("outcome", &self.outcome),
            ("text", &self.text),
        ];
        let given =
            texts.into_iter().filter_map(|(name, text)| Some((name.to_owned(), text.clone()?.into())));
        given.chain([("last".to_owned(), self.last.into())]).collect()
    }

    fn print(&self, exchange: &Value) -> anyhow::Result<()> {
        match self.output {
            Output::Json => print_line(exchange),
            Output::Text => {
                let mut out = anstream::stdout().lock();
                writeln!(out, "{}", exchange_line(exchange))?;
                Ok(out.flush()?)
            }
        }
    }

    /// Whether an exchange that has just come is asked for. What needs the bodies is asked of the sandbox.
    fn wants(&self, client: &AdminClient, exchange: &Value) -> anyhow::Result<bool> {
        let mut filter = self.filter();
        if filter.len() == 1 {
            return Ok(true);
        }
        let id = exchange["id"].as_u64().unwrap_or_default();
        filter.insert("after".to_owned(), id.saturating_sub(1).into());
        filter.insert("before".to_owned(), id.saturating_add(1).into());
        Ok(client.ask("exchanges", &filter, true)?["count"] != 0)
    }
}

pub fn log(args: &LogArgs) -> anyhow::Result<()> {
    let client = AdminClient::new(&args.address)?;
    let listed = client.ask("exchanges", &args.filter(), true)?;
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
    if args.output == Output::Json {
        return print_json(&exchange);
    }
    writeln!(anstream::stdout().lock(), "{}", exchange_line(&exchange))?;
    if exchange["kind"] == "work" {
        let (arguments, result) = (&exchange["arguments"], &exchange["result"]);
        return print(&format!("\nArguments\n{arguments:#}\n\nResult\n{result:#}\n"));
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
    print(&text)
}
