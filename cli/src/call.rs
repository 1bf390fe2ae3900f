//! `ongoing call`: calls one operation, with input and answer in JSON or XML.

use std::path::Path;
use std::sync::Arc;

use clap::ValueEnum;
use ongoing_wms::Error;
use ongoing_wms::batch::placeholders;
use ongoing_wms::dynamic::{Answer, Request, request_from_json};
use ongoing_wms::operation::{Effect, OperationInfo};
use serde_json::Value;

use super::connection::{self, Connection};
use super::exit::Exit;
use super::failure::{Address, Failure, note, warn};
use super::input::NamedText;
use super::names::{self, KnownNames};
use super::offer::Offer;
use super::page::print;
use super::shape::QueryArgs;
use super::skeleton::RequestFormat;
use super::terminal::safe_xml;
use super::watch::{Verbosity, Watch};
use super::{pretty, set_member, standard_output};

/// Call an operation
///
/// The answer goes to standard output, as one JSON value or as XML; everything else goes to standard error. `ongoing
/// --help` lists the exit codes.
#[derive(clap::Args)]
#[command(after_long_help = "\
Examples:
  ongoing skeleton ProcessArticle > article.json
  ongoing call ProcessArticle --input article.json --dry-run
  ongoing call ProcessArticle --input article.json
  ongoing call GetOrdersByQuery --set OrderStatusFrom=450 --set OrderNumbersToGet=1001,1002
  echo '{\"OrderStatusFrom\": 450}' | ongoing call GetOrdersByQuery --input -

Settings are taken from the command line, else from the environment, else from
the settings file. The password comes from --password-stdin, ONGOING_PASSWORD or
password_file, never from the command line. An ongoing.toml:
  url = \"https://api.ongoingsystems.se/apidemo/service.asmx\"
  user_name = \"integration\"
  goods_owner_code = \"Shop\"
  goods_owner_id = 7
  password_file = \"password.txt\"   # beside this file, chmod 600
  # also: ca_file, soap_version = \"1.2\", allow_plain_http = true,
  # call_timeout = 900
  [profiles.test]                   # with --profile test; overrides the above
  url = \"https://wms1.ongoingsystems.se/test/service.asmx\"")]
pub struct Args {
    /// The operation
    #[arg(hide_possible_values = true, value_parser = KnownNames(names::operations))]
    operation: String,
    /// File with the input, `-` for standard input, or the JSON itself; not needed for operations that take none
    #[arg(long, short, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    input: Option<String>,
    // Not a doc comment, since rustdoc would read the brackets as a link.
    #[arg(
        long = "set",
        value_name = "MEMBER=VALUE",
        help = "Set a member of the input, such as OrderInfo.OrderRemark=Fragile or CustomerOrderLines[0].NumberOfItems=2"
    )]
    set: Vec<String>,
    /// Format of the input [default: by its first character]
    #[arg(long, short, value_enum)]
    format: Option<RequestFormat>,
    /// Show the request without its password, and send nothing
    #[arg(long, short = 'n')]
    dry_run: bool,
    /// Format of the answer
    #[arg(long, short, value_enum, default_value_t = AnswerForm::Json)]
    output: AnswerForm,
    #[command(flatten)]
    query: QueryArgs,
    #[command(flatten)]
    connection: connection::Args,
    #[command(flatten)]
    verbosity: Verbosity,
}

/// Format of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AnswerForm {
    Json,
    Xml,
    Table,
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    let operation = names::operation(&args.operation)?;
    let mut input = read_input(args, operation)?;
    if !args.set.is_empty() {
        let mut value = input.json(operation.name)?;
        args.set.iter().try_for_each(|text| set_member::set(operation, &mut value, text))?;
        input = input.with_json(&value);
    }
    let request = input.request(operation, args.format)?;
    if args.dry_run { dry_run(&args.connection, request.as_ref()) } else { send(args, request.as_ref()) }
}

fn read_input(args: &Args, operation: &'static OperationInfo) -> Result<NamedText, Failure> {
    match args.input.as_deref() {
        // JSON on the command line: no file name begins with a brace.
        Some(text) if text.trim_start().starts_with('{') => Ok(NamedText::given(text)),
        Some(path) => {
            if !args.dry_run {
                args.connection.leaves_free(path, "input")?;
            }
            NamedText::read(path)
        }
        None if !args.set.is_empty() || operation.own_members().next().is_none() => Ok(NamedText::none()),
        None => Err(Failure::new(Exit::Usage, format!("{} needs input", operation.name))
            .hint(to_fill_in(args, operation.name))),
    }
}

/// How to come to an input: in a file that does not exist yet, since the shell would empty one that does.
fn to_fill_in(args: &Args, operation: &str) -> String {
    let own = format!("{operation}.json");
    let file = if Path::new(&own).exists() { "FILE" } else { &own };
    let call = Offer::of("call").with(operation).with("--input").with(file).with_all(args.connection.flags());
    format!("`ongoing skeleton {operation} > {file}` writes input to fill in; then {call}")
}

/// Shows what would be sent.
pub fn dry_run(connection: &connection::Args, request: &dyn Request) -> anyhow::Result<()> {
    let connection = connection.connection(false)?;
    let (client, missing) = connection.dry_client(request)?;
    let envelope = request.render(&client)?;
    for notice in envelope.notices().iter() {
        warn(notice);
    }
    let unfilled = placeholders(&request.to_json());
    if !unfilled.is_empty() {
        warn(format!("not filled in yet: {}", some_of(&unfilled)));
    }
    if !missing.is_empty() {
        note(format!("placeholders are shown for missing settings: {}", missing.join(", ")));
    }
    note(match &connection.settings.url {
        Some(url) => format!("dry run: nothing was sent to {}", connection::shown(url)),
        None => "dry run: nothing was sent".to_owned(),
    });
    print(&safe_xml(&pretty::indented(&envelope.redacted())))
}

fn send(args: &Args, request: &dyn Request) -> anyhow::Result<()> {
    let unfilled = placeholders(&request.to_json());
    if !unfilled.is_empty() {
        return Err(Failure::new(Exit::BadInput, format!("not filled in yet: {}", some_of(&unfilled)))
            .hint("replace each placeholder `?` with a value, or remove the member; nothing was sent")
            .into());
    }
    if args.output == AnswerForm::Xml && args.query.is_some() {
        return Err(Failure::new(
            Exit::Usage,
            "--query works on the JSON form, not on XML; nothing was sent",
        )
        .into());
    }
    if request.info().effect == Effect::Read {
        // What a write did must not depend on who reads of it.
        standard_output::needed("send it to a file or a program")?;
    }
    let answer = Caller::new(&args.connection, &args.verbosity)?.answer(request)?;
    match args.output {
        AnswerForm::Json => args.query.print(&without_passwords(answer.to_json()), false),
        AnswerForm::Table => args.query.print(&without_passwords(answer.to_json()), true),
        AnswerForm::Xml => print(&safe_xml(&pretty::indented(&answer.to_xml()))),
    }
}

/// The value with `***` for the texts of members that are called passwords, as the XML form has it: answers hold those of
/// other systems (`WsiSystem.PassWord`).
fn without_passwords(mut value: Value) -> Value {
    match &mut value {
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                let is_password = name.to_ascii_lowercase().contains("password");
                match member.take() {
                    Value::String(text) if is_password && !text.is_empty() => *member = "***".into(),
                    other => *member = without_passwords(other),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| *item = without_passwords(item.take())),
        _ => {}
    }
    value
}

/// Sends requests with the settings of the command line, which are combined once.
pub struct Caller {
    pub connection: Connection,
    pub watch: Arc<Watch>,
}

/// The flags of a command that only calls the service.
#[derive(clap::Args)]
pub struct Service {
    #[command(flatten)]
    pub connection: Box<connection::Args>,
    #[command(flatten)]
    verbosity: Verbosity,
}

impl Service {
    pub fn caller(&self) -> anyhow::Result<Caller> {
        Caller::new(&self.connection, &self.verbosity)
    }
}

impl Caller {
    pub fn new(connection: &connection::Args, verbosity: &Verbosity) -> anyhow::Result<Caller> {
        verbosity.start_log();
        let connection = connection.connection(true)?;
        if verbosity.shows_exchanges() {
            connection.tell_origins();
        }
        let watch = Arc::new(Watch::new(verbosity, connection.secret())?);
        Ok(Caller { connection, watch })
    }

    /// Sends a request, and warns of oddities in the answer.
    pub fn answer(&self, request: &dyn Request) -> anyhow::Result<Box<dyn Answer>> {
        let client = self.connection.client(request, Some(self.watch.clone()))?;
        let answer = request.call(&client).map_err(|error| match error {
            error @ Error::Request(_) => anyhow::Error::new(error),
            error => anyhow::Error::new(error).context(Address(client.url().to_owned())),
        })?;
        self.watch.tell_passed_over();
        Ok(answer)
    }

    /// Calls an operation by name, with input and result in JSON form; else as [`answer`](Caller::answer).
    pub fn result(&self, operation: &str, input: &Value) -> anyhow::Result<Value> {
        Ok(self.answer(request(operation, input)?.as_ref())?.to_json())
    }
}

/// Builds the request of an operation by name, with its input in JSON form.
pub fn request(operation: &str, input: &Value) -> Result<Box<dyn Request>, Failure> {
    let operation = names::operation(operation)?;
    request_from_json(operation, input)
        .map_err(|error| Failure::new(Exit::BadInput, format!("{}: {error}", operation.name)))
}

/// The first few paths, and the number of the others.
fn some_of(paths: &[String]) -> String {
    const SHOWN: usize = 5;
    let mut text = paths.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
    if paths.len() > SHOWN {
        text.push_str(&format!(" and {} more", paths.len() - SHOWN));
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::without_passwords;

    #[test]
    fn passwords_of_other_systems_are_not_printed() {
        let answer = json!({ "Orders": [{ "WsiSystem": { "UserName": "a", "PassWord": "canary" }, "Password": null }] });
        let shown =
            json!({ "Orders": [{ "WsiSystem": { "UserName": "a", "PassWord": "***" }, "Password": null }] });
        assert_eq!(without_passwords(answer), shown);
    }
}
