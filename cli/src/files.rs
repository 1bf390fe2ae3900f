//! `ongoing files`: lists, fetches and attaches files of orders and articles.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use clap::builder::NonEmptyStringValueParser;
use ongoing_wms::batch::pull::Output;
use ongoing_wms::xml::{Bytes, Text as _};
use ongoing_wms::{Error, Outcome};
use serde_json::{Value, json};

use super::call::{Caller, Service};
use super::exit::Exit;
use super::failure::{Failure, note};
use super::keys;
use super::order_kind::{IN_ORDER, ORDER};
use super::output_file::{self, Existing, Why};
use super::page::print_json;
use super::shape::QueryArgs;

/// List, fetch and attach files of orders and articles
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Print the files of an order, article or shipment as a JSON list
    List {
        #[command(flatten)]
        owner: OwnerArgs,
        /// Format of the list
        #[arg(long, short, value_enum, default_value_t = ListFormat::Json)]
        output: ListFormat,
        #[command(flatten)]
        query: QueryArgs,
        #[command(flatten)]
        service: Service,
    },
    /// Fetch files
    ///
    /// Writes each file under a temporary name and renames it when it is complete.
    Get {
        /// Their FileIds, as `files list` shows them
        #[arg(required = true, value_name = "ID")]
        ids: Vec<i32>,
        /// File to write, for a single file [default: the service's name for it, in this folder]
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Replace files that are there
        #[arg(long)]
        force: bool,
        #[command(flatten)]
        service: Service,
    },
    /// Attach files to an order, article or shipment
    ///
    /// First checks for a file with this name: an identical one is not sent again, a different one is not replaced.
    /// Afterwards checks that the service has it. Exit code 75 if that is unknown; then run the command again. Prints
    /// the service's entry for the file, or a list of entries for several files.
    Put {
        /// The files
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        #[command(flatten)]
        owner: OwnerArgs,
        /// Media type, such as application/pdf [default: by the file's extension]
        #[arg(long, value_name = "TYPE")]
        mime: Option<String>,
        #[command(flatten)]
        service: Service,
    },
}

/// Format of a list that has no text for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum ListFormat {
    Json,
    Table,
}

#[derive(clap::Args)]
#[group(required = true, multiple = false)]
struct OwnerArgs {
    /// The goods owner's number of the order
    #[arg(long, value_name = "NUMBER", add = keys::keys(Some("orders")), value_parser = NonEmptyStringValueParser::new())]
    order: Option<String>,
    /// Number of the article
    #[arg(long, value_name = "NUMBER", add = keys::keys(Some("articles")), value_parser = NonEmptyStringValueParser::new())]
    article: Option<String>,
    /// The goods owner's number of the in-order
    #[arg(long, value_name = "NUMBER", add = keys::keys(Some("in-orders")), value_parser = NonEmptyStringValueParser::new())]
    in_order: Option<String>,
    /// ShipmentId of the shipment
    #[arg(long, value_name = "ID")]
    shipment: Option<i32>,
}

/// The owner of files, and its name for the service.
enum AttachedTo<'a> {
    Order(&'a str),
    Article(&'a str),
    /// Its number, and its InOrderId, with which files are listed.
    InOrder(&'a str, Value),
    Shipment(i32),
}

impl OwnerArgs {
    /// Refuses an unknown order: the service would accept a file for it without keeping it.
    fn find(&self, caller: &Caller) -> anyhow::Result<AttachedTo<'_>> {
        let missing =
            |what: String| Failure::new(Exit::Refused, format!("{what} not found; nothing was sent"));
        match self {
            OwnerArgs { order: Some(number), .. } => match ORDER.find(caller, number)?.is_empty() {
                false => Ok(AttachedTo::Order(number)),
                true => Err(missing(format!("order {number}")).into()),
            },
            OwnerArgs { in_order: Some(number), .. } => {
                let orders = IN_ORDER.find(caller, number)?;
                let order = IN_ORDER.open(&orders).or(orders.last());
                let order = order.ok_or_else(|| missing(format!("in-order {number}")))?;
                Ok(AttachedTo::InOrder(number, order[IN_ORDER.info][IN_ORDER.id].clone()))
            }
            OwnerArgs { shipment: Some(id), .. } => {
                let found = caller.result("GetShipmentsByQuery", &json!({ "ShipmentIdsToGet": [id] }))?;
                let is_it = |shipment: &Value| {
                    shipment["ShipmentHeader"]["ShipmentId"].as_i64() == Some((*id).into())
                };
                match found["Shipments"].as_array().is_some_and(|shipments| shipments.iter().any(is_it)) {
                    true => Ok(AttachedTo::Shipment(*id)),
                    false => Err(missing(format!("shipment {id}")).into()),
                }
            }
            OwnerArgs { article, .. } => Ok(AttachedTo::Article(article.as_deref().unwrap_or_default())),
        }
    }
}

impl AttachedTo<'_> {
    /// The query for GetFileList.
    fn query(&self) -> Value {
        match self {
            AttachedTo::Order(number) => json!({ "OrderNumber": number }),
            AttachedTo::Article(number) => json!({ "ArticleNo": number }),
            AttachedTo::InOrder(_, id) => json!({ "InOrderId": id }),
            AttachedTo::Shipment(id) => json!({ "ShipmentId": id }),
        }
    }

    /// The operation that attaches a file, and its input.
    fn upload(&self, file: Value) -> (&'static str, Value) {
        match self {
            AttachedTo::Order(number) => (
                "UploadOrderFile",
                json!({
                    "File": file,
                    "OrderFileIdentificationType": "GoodsOwnerOrderNumber",
                    "GoodsOwnerOrderNumber": number,
                }),
            ),
            AttachedTo::Article(number) => {
                ("UploadArticleDefFile", json!({ "ArticleNo": number, "File": file }))
            }
            AttachedTo::InOrder(number, _) => (
                "UploadInOrderFile",
                json!({
                    "InOrderIdentification": { "GoodsOwnerOrderNumber": number },
                    "FileIdentification": "FileName",
                    "File": file,
                }),
            ),
            AttachedTo::Shipment(id) => (
                "UploadShipmentFile",
                json!({
                    "ShipmentIdentification": { "ShipmentId": id },
                    "FileIdentification": "FileName",
                    "File": file,
                }),
            ),
        }
    }
}

/// The files that a GetFileList query finds.
pub fn list_of(caller: &Caller, query: &Value) -> anyhow::Result<Vec<Value>> {
    match caller.result("GetFileList", query)?["FilesInfoList"].take() {
        Value::Array(files) => Ok(files),
        _ => Ok(Vec::new()),
    }
}

/// What the service has under a file's name.
enum StoredFile {
    Nothing,
    /// The same file.
    Same(Value),
    /// Only files with other content.
    Other,
}

fn look(caller: &Caller, place: &AttachedTo<'_>, name: &str, content: &str) -> anyhow::Result<StoredFile> {
    let mut found = StoredFile::Nothing;
    let files = list_of(caller, &place.query())?;
    for file in files.into_iter().filter(|known| known["FileName"].as_str() == Some(name)) {
        let kept = caller.result("GetFile", &json!({ "FileId": file["FileId"] }))?;
        if kept["FileBytes"].as_str() == Some(content) {
            return Ok(StoredFile::Same(file));
        }
        found = StoredFile::Other;
    }
    Ok(found)
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    match &args.command {
        Command::List { owner, output, query, service } => {
            let caller = service.caller()?;
            let asked = match owner {
                // An owner that does not exist has no files.
                OwnerArgs { order: Some(number), .. } => AttachedTo::Order(number).query(),
                OwnerArgs { shipment: Some(id), .. } => AttachedTo::Shipment(*id).query(),
                owner => owner.find(&caller)?.query(),
            };
            query.print(&Value::Array(list_of(&caller, &asked)?), *output == ListFormat::Table)
        }
        Command::Get { ids, out: Some(_), .. } if ids.len() > 1 => Err(Failure::new(
            Exit::Usage,
            "--out names one file; several have the names that the service has",
        )
        .into()),
        Command::Get { ids, out, force, service } => {
            let caller = service.caller()?;
            let mut place = FetchedFiles { out: out.as_deref(), force: *force, written: BTreeSet::new() };
            all(ids, |id| place.get(&caller, *id))
        }
        Command::Put { files, owner, mime, service } => {
            let contents =
                files.iter().map(|path| Attachment::read(path)).collect::<anyhow::Result<Vec<_>>>()?;
            let caller = service.caller()?;
            let place = owner.find(&caller)?;
            all(&contents, |content| put(&caller, &place, content, mime.as_deref()))
        }
    }
}

/// Does it with each, and prints the results: one alone, several as a list, also those before an error.
fn all<T>(things: &[T], mut each: impl FnMut(&T) -> anyhow::Result<Value>) -> anyhow::Result<()> {
    if let [one] = things {
        return print_json(&each(one)?);
    }
    let mut done = Vec::new();
    let ended = things.iter().try_for_each(|thing| {
        done.push(each(thing)?);
        Ok(())
    });
    print_json(&Value::Array(done))?;
    ended
}

/// Where fetched files are written to.
struct FetchedFiles<'a> {
    /// The path for a single file.
    out: Option<&'a Path>,
    force: bool,
    /// Files of this run, which are not replaced by others of the same name.
    written: BTreeSet<PathBuf>,
}

impl FetchedFiles<'_> {
    fn get(&mut self, caller: &Caller, id: i32) -> anyhow::Result<Value> {
        let named = match self.out {
            Some(path) => {
                let existing = self.existing(path);
                Some((path.to_owned(), existing, output_file::begin_first(path, existing)?))
            }
            None => None,
        };
        let file = caller.result("GetFile", &json!({ "FileId": id }))?;
        let Some(text) = file["FileBytes"].as_str() else {
            return Err(Failure::new(Exit::Refused, format!("file {id} not found, or empty"))
                .hint("`ongoing files list --order NUMBER` shows the files of an order")
                .into());
        };
        let bytes = Bytes::parse(text)
            .map_err(|error| Failure::new(Exit::NotUnderstood, format!("file {id}: its bytes: {error}")))?;
        let name = file["FileName"].as_str().unwrap_or_default();
        let (path, existing, out): (PathBuf, Existing, Output) = match named {
            Some(named) => named,
            None => {
                let path = own_name(name, id);
                let existing = self.existing(&path);
                let out = output_file::begin(&path, existing)?;
                (path, existing, out)
            }
        };
        output_file::write(out, &bytes, &path, existing)?;
        let told = json!({ "FileId": id, "FileName": name, "out": path.display().to_string(), "bytes": bytes.len() });
        self.written.insert(path);
        Ok(told)
    }

    fn existing(&self, path: &Path) -> Existing {
        match (self.force, self.written.contains(path)) {
            (_, true) => Existing::Keep(Why::SameRun),
            (true, _) => Existing::Replace,
            _ => Existing::Keep(Why::NotForced),
        }
    }
}

/// The last part of the service's name, so that it cannot lead out of this folder.
fn own_name(name: &str, id: i32) -> PathBuf {
    let last = name.rsplit(['/', '\\', ':']).next().unwrap_or_default();
    let safe: String = last.chars().filter(|char| !char.is_control()).collect();
    match safe.trim_matches([' ', '.']) {
        "" => PathBuf::from(format!("file-{id}")),
        safe => PathBuf::from(safe),
    }
}

/// A file to be attached.
struct Attachment<'a> {
    path: &'a Path,
    name: &'a str,
    /// Its bytes, as in XML.
    text: String,
}

impl Attachment<'_> {
    fn read(path: &Path) -> anyhow::Result<Attachment<'_>> {
        let bytes = fs::read(path).map_err(|error| {
            Failure::new(Exit::BadInput, format!("{} cannot be read: {error}", path.display()))
        })?;
        let Some(name) = path.file_name().and_then(OsStr::to_str) else {
            return Err(Failure::new(Exit::BadInput, format!("{} has no name", path.display())).into());
        };
        let mut text = String::new();
        Bytes::from(bytes).format(&mut text);
        Ok(Attachment { path, name, text })
    }
}

/// Returns the service's entry for the file.
fn put(
    caller: &Caller,
    place: &AttachedTo<'_>,
    content: &Attachment<'_>,
    mime: Option<&str>,
) -> anyhow::Result<Value> {
    let Attachment { path, name, text } = content;
    match look(caller, place, name, text)? {
        StoredFile::Same(there) => {
            note(format!("an identical {name} is already attached; nothing was sent"));
            return Ok(there);
        }
        StoredFile::Other => {
            return Err(Failure::new(
                Exit::Refused,
                format!("a different file {name} is already attached; nothing was sent"),
            )
            .hint("rename this one")
            .into());
        }
        StoredFile::Nothing => {}
    }
    let mime = mime.unwrap_or_else(|| media_type(path));
    let file = json!({ "FileName": name, "FileBytes": text, "MimeType": mime });
    let (operation, input) = place.upload(file);
    let sent = caller.result(operation, &input);
    confirm(sent.err(), name, || look(caller, place, name, text))
}

/// Checks the outcome for a file that was sent. Neither an answer nor a failure proves anything: only what the service
/// has now does.
fn confirm(
    failed: Option<anyhow::Error>,
    name: &str,
    look: impl FnOnce() -> anyhow::Result<StoredFile>,
) -> anyhow::Result<Value> {
    let why = match failed {
        None => "the service accepted it".to_owned(),
        Some(error) => match error.downcast_ref::<Error>() {
            Some(call) if matches!(call.outcome(), Outcome::Unknown | Outcome::Partial) => call.to_string(),
            _ => return Err(error),
        },
    };
    let seen = match look() {
        Ok(StoredFile::Same(kept)) => return Ok(kept),
        Ok(StoredFile::Nothing) => "the service does not list it".to_owned(),
        Ok(StoredFile::Other) => "the service has other content under this name".to_owned(),
        Err(error) => format!("looking it up again failed: {}", error.root_cause()),
    };
    Err(Failure::new(Exit::UnknownOrLater, format!("{name}: {why}; {seen}"))
        .hint("the outcome is unknown; run the command again later: it first looks up what the service has")
        .into())
}

fn media_type(file: &Path) -> &'static str {
    let ending = file.extension().and_then(OsStr::to_str).unwrap_or_default().to_ascii_lowercase();
    match ending.as_str() {
        "pdf" => "application/pdf",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "txt" => "text/plain",
        "csv" => "text/csv",
        "xml" => "application/xml",
        "json" => "application/json",
        "zip" => "application/zip",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::own_name;

    #[test]
    fn a_name_from_the_service_stays_in_this_folder() {
        for (name, kept) in [
            ("label.pdf", "label.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Windows\\win.ini", "win.ini"),
            ("..", "file-7"),
            ("", "file-7"),
            ("a\nb.txt", "ab.txt"),
        ] {
            assert_eq!(own_name(name, 7).to_str(), Some(kept), "{name}");
        }
    }
}
