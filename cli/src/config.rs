//! `ongoing config`: shows and checks the settings, and creates a settings file.

use std::io;
use std::path::{Path, PathBuf};

use ongoing_wms::ConfigError;
use ongoing_wms::batch::settings::{self, SettingOrigin, environment};
use serde_json::{Value, json};

use super::config_template::{self, KnownSettings};
use super::connection::{self, Connection};
use super::exit::Exit;
use super::failure::{Failure, note};
use super::offer::Offer;
use super::page::{self, OutputFormat, Page, print_json};
use super::private;
use super::terminal::one_line;

/// The settings file that is read without `--config`.
const DEFAULT: &str = "ongoing.toml";

/// Show or check the settings, or create a settings file
///
/// Nothing is sent, and no password is shown.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Print each setting, with its value and source
    Show(AnswerArgs),
    /// List missing and wrong settings; exit code 78 if there are any
    Check(AnswerArgs),
    /// Create a settings file with a comment for each setting
    Init(Init),
    /// Print the names of the profiles, one per line
    Profiles {
        /// Settings file [env: ONGOING_CONFIG] [default: ongoing.toml in the current folder, if it exists]
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
    },
}

#[derive(clap::Args)]
struct Init {
    /// The file, which must not exist yet
    #[arg(value_name = "FILE", default_value = DEFAULT)]
    file: PathBuf,
    /// Address of the service, https://HOST/WAREHOUSE/service.asmx
    #[arg(long)]
    url: Option<String>,
    /// Login name
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// Code of the goods owner
    #[arg(long, value_name = "CODE")]
    goods_owner: Option<String>,
    /// Id of the goods owner
    #[arg(long, value_name = "ID")]
    goods_owner_id: Option<i32>,
}

#[derive(clap::Args)]
struct AnswerArgs {
    /// Format of the answer
    #[arg(long, short, value_enum, default_value_t = OutputFormat::Text)]
    output: OutputFormat,
    #[command(flatten)]
    connection: Box<connection::Args>,
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    match &args.command {
        Command::Show(form) => show(form),
        Command::Check(form) => check(form),
        Command::Init(args) => init(args),
        Command::Profiles { config } => {
            let profiles = settings::profiles(config.as_deref())?;
            profiles.iter().try_for_each(|name| page::print(&format!("{}\n", one_line(name))))
        }
    }
}

fn init(args: &Init) -> anyhow::Result<()> {
    let known = KnownSettings {
        url: args.url.as_deref(),
        user_name: args.user.as_deref(),
        goods_owner_code: args.goods_owner.as_deref(),
        goods_owner_id: args.goods_owner_id,
    };
    let path = args.file.display();
    let of_file = |command| match args.file == Path::new(DEFAULT) {
        true => Offer::of(command),
        false => Offer::of(command).with("--config").file(&args.file),
    };
    private::write_new(&args.file, &config_template::text(&known)).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => Failure::new(
            Exit::Output,
            format!("{path} already exists and was not changed"),
        )
        .hint(format!("{} shows what it sets; give another name to write a new one", of_file("config show"))),
        _ => Failure::new(Exit::Output, format!("{path} cannot be written: {error}")),
    })?;
    note(format!("created {path}; fill it in, then {} and {}", of_file("config check"), of_file("status")));
    Ok(())
}

fn show(form: &AnswerArgs) -> anyhow::Result<()> {
    let origins = form.connection.connection(false)?.settings.origins;
    if form.output == OutputFormat::Json {
        return print_json(&origins.iter().map(as_json).collect());
    }
    let mut page = Page::new();
    let width = |of: fn(&SettingOrigin) -> usize| origins.iter().map(of).max().unwrap_or_default();
    let names = width(|origin| origin.name.len());
    let values = width(|origin| value(origin).chars().count());
    for origin in &origins {
        page.row(&[(origin.name, names), (value(origin), values)], 0, &origin.from)?;
    }
    page.finish()
}

fn value(origin: &SettingOrigin) -> &str {
    origin.value.as_deref().unwrap_or("not set")
}

fn as_json(origin: &SettingOrigin) -> Value {
    let from = Some(&origin.from).filter(|from| !from.is_empty() && origin.value.is_some());
    json!({ "name": origin.name, "value": origin.value, "from": from })
}

fn check(form: &AnswerArgs) -> anyhow::Result<()> {
    let problems = problems(form);
    let mut notes: Vec<String> = environment::trimmed()
        .map(|name| format!("{name}: ignoring a line end or byte-order mark around its value"))
        .collect();
    let origins =
        form.connection.connection(false).map(|connection| connection.settings.origins).unwrap_or_default();
    let ignored = origins.iter().filter(|origin| origin.name == settings::IGNORED);
    notes.extend(ignored.map(|origin| format!("{}: {}", origin.name, value(origin))));
    if form.output == OutputFormat::Json {
        let problems: Vec<Value> =
            problems.iter().map(|(what, hint)| json!({ "what": what, "hint": hint })).collect();
        print_json(&json!({ "ok": problems.is_empty(), "problems": problems, "notes": notes }))?;
    }
    notes.iter().for_each(note);
    let Some(((first, hint), others)) = problems.split_first() else {
        if form.output == OutputFormat::Text {
            page::print("the settings are complete; `ongoing status` contacts the service\n")?;
        }
        return Ok(());
    };
    let mut failure = Failure::new(Exit::Config, first.clone()).maybe_hint(hint.clone());
    for (what, hint) in others {
        let hint = hint.as_ref().map_or(String::new(), |hint| format!(" ({hint})"));
        failure = failure.hint(format!("also: {what}{hint}"));
    }
    Err(failure.into())
}

/// All errors, each with its hint.
fn problems(form: &AnswerArgs) -> Vec<(String, Option<String>)> {
    let mut problems = Vec::new();
    let wrong = environment::problems();
    if !wrong.is_empty() {
        return wrong.iter().map(told).collect();
    }
    // An invalid settings file hides all other errors; an invalid password file is one error among others.
    let connection = match form.connection.connection(false) {
        Ok(connection) => connection,
        Err(error) => return vec![told(&error)],
    };
    let mut has_password = true;
    match form.connection.connection(true) {
        Ok(with) => has_password = !with.secret().expose().is_empty(),
        Err(error) => problems.push(told(&error)),
    }
    problems.extend(missing(&connection, has_password));
    problems.extend(connection.try_out().err().map(|error| told(&error)));
    problems
}

fn missing(connection: &Connection, has_password: bool) -> Vec<(String, Option<String>)> {
    // The id is not required: only a few operations need it.
    let asked = |name: &str| match name {
        "Password" => !has_password,
        "GoodsOwnerId" => false,
        _ => true,
    };
    let missing = connection.missing(&asked).into_iter();
    missing
        .map(|text| match text.split_once(": ") {
            Some((what, ways)) => {
                let ways = ways.split_whitespace().collect::<Vec<_>>().join(" ");
                (format!("{what} is not set"), Some(format!("give {ways}")))
            }
            None => (text.to_owned(), None),
        })
        .collect()
}

fn told(error: &ConfigError) -> (String, Option<String>) {
    let cause = std::error::Error::source(error).map_or(String::new(), |cause| format!(": {cause}"));
    (format!("{}{cause}", error.message()), error.hint().map(str::to_owned))
}
