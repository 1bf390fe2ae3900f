//! `ongoing files`: what is attached to orders and articles, listed, fetched and put there.

use std::ffi::OsStr;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use ongoing_wms::batch::AtomicFile;
use ongoing_wms::xml::{Bytes, Text as _};
use ongoing_wms::{Error, Outcome};
use serde_json::{Value, json};

use super::call::{Caller, Service};
use super::exit::Exit;
use super::failure::{Failure, note};
use super::order_kind::ORDER;
use super::page::print_json;

/// List, fetch and attach files of orders and articles
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Print the files of an order or article, one JSON list
    List {
        #[command(flatten)]
        owner: Owner,
        #[command(flatten)]
        service: Service,
    },
    /// Fetch a file
    ///
    /// It appears under its name only when it is whole.
    Get {
        /// Its FileId, as `files list` shows it
        id: i32,
        /// Where to keep it [default: the name that the service has, in this folder]
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Replace a file that is there
        #[arg(long)]
        force: bool,
        #[command(flatten)]
        service: Service,
    },
    /// Attach a file to an order or article
    ///
    /// Looks first whether one of this name is there: the same is not sent again, another one is not replaced. Looks again
    /// afterwards: done is what the service has. Exit code 75 if that is not known; run it again then.
    Put {
        /// The file
        file: PathBuf,
        #[command(flatten)]
        owner: Owner,
        /// Media type, such as application/pdf [default: by the file's ending]
        #[arg(long, value_name = "TYPE")]
        mime: Option<String>,
        #[command(flatten)]
        service: Service,
    },
}

#[derive(clap::Args)]
#[group(required = true, multiple = false)]
struct Owner {
    /// The goods owner's number of the order
    #[arg(long, value_name = "NUMBER")]
    order: Option<String>,
    /// Number of the article
    #[arg(long, value_name = "NUMBER")]
    article: Option<String>,
}

impl Owner {
    /// Refuses an order that is not there: the service answers a file for it as any other, and keeps nothing.
    fn check(&self, caller: &Caller) -> anyhow::Result<()> {
        let Some(number) = &self.order else { return Ok(()) };
        match ORDER.find(caller, number)?.is_empty() {
            false => Ok(()),
            true => {
                Err(Failure::new(Exit::Refused, format!("order {number} not found; nothing was sent")).into())
            }
        }
    }
}

fn list(caller: &Caller, owner: &Owner) -> anyhow::Result<Vec<Value>> {
    let input = match owner {
        Owner { order: Some(number), .. } => json!({ "OrderNumber": number }),
        Owner { article, .. } => json!({ "ArticleNo": article }),
    };
    list_of(caller, &input)
}

/// The files of what a query of GetFileList names.
pub fn list_of(caller: &Caller, query: &Value) -> anyhow::Result<Vec<Value>> {
    match caller.result("GetFileList", query)?["FilesInfoList"].take() {
        Value::Array(files) => Ok(files),
        _ => Ok(Vec::new()),
    }
}

/// What the service has under the name of a file.
enum Found {
    Nothing,
    /// This very file.
    Same(Value),
    /// Only files with other content.
    Other,
}

fn look(caller: &Caller, owner: &Owner, name: &str, content: &str) -> anyhow::Result<Found> {
    let mut found = Found::Nothing;
    for file in list(caller, owner)?.into_iter().filter(|known| known["FileName"].as_str() == Some(name)) {
        let kept = caller.result("GetFile", &json!({ "FileId": file["FileId"] }))?;
        if kept["FileBytes"].as_str() == Some(content) {
            return Ok(Found::Same(file));
        }
        found = Found::Other;
    }
    Ok(found)
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    match &args.command {
        Command::List { owner, service } => print_json(&Value::Array(list(&service.caller()?, owner)?)),
        Command::Get { id, out, force, service } => get(*id, out.as_deref(), *force, service),
        Command::Put { file, owner, mime, service } => put(file, owner, mime.as_deref(), service),
    }
}

fn get(id: i32, out: Option<&Path>, force: bool, service: &Service) -> anyhow::Result<()> {
    let file = service.caller()?.result("GetFile", &json!({ "FileId": id }))?;
    let Some(text) = file["FileBytes"].as_str() else {
        return Err(Failure::new(Exit::Refused, format!("there is no file {id}, or it is empty"))
            .hint("`ongoing files list` shows the files of an order or article")
            .into());
    };
    let bytes = Bytes::parse(text).context("the file's bytes")?;
    let name = file["FileName"].as_str().unwrap_or_default();
    let path = match out {
        Some(path) => path.to_owned(),
        None => own_name(name, id),
    };
    if path.exists() && !force {
        return Err(Failure::new(Exit::BadInput, format!("{} is there already", path.display()))
            .hint("--force replaces it, --out gives another name")
            .into());
    }
    keep(&path, &bytes).with_context(|| format!("keeping the file as {}", path.display()))?;
    print_json(
        &json!({ "FileId": id, "FileName": name, "out": path.display().to_string(), "bytes": bytes.len() }),
    )
}

/// The last part of the service's name: it must not lead out of this folder.
fn own_name(name: &str, id: i32) -> PathBuf {
    let last = name.rsplit(['/', '\\', ':']).next().unwrap_or_default();
    let safe: String = last.chars().filter(|char| !char.is_control()).collect();
    match safe.trim_matches([' ', '.']) {
        "" => PathBuf::from(format!("file-{id}")),
        safe => PathBuf::from(safe),
    }
}

/// Writes beside the place and renames, so that half a file never has the name of a whole one.
pub fn keep(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = AtomicFile::begin(path)?;
    file.write_all(bytes)?;
    file.finish()
}

fn put(file: &Path, owner: &Owner, mime: Option<&str>, service: &Service) -> anyhow::Result<()> {
    let bytes = fs::read(file).map_err(|error| {
        Failure::new(Exit::BadInput, format!("{} cannot be read: {error}", file.display()))
    })?;
    let Some(name) = file.file_name().and_then(OsStr::to_str) else {
        return Err(Failure::new(Exit::BadInput, format!("{} has no name", file.display())).into());
    };
    let mut text = String::new();
    Bytes::from(bytes).format(&mut text);
    let caller = service.caller()?;
    owner.check(&caller)?;
    match look(&caller, owner, name, &text)? {
        Found::Same(there) => {
            note(format!("{name} is there already, the same; nothing was sent"));
            return print_json(&there);
        }
        Found::Other => {
            return Err(Failure::new(
                Exit::Refused,
                format!("another file {name} is there already; nothing was sent"),
            )
            .hint("give this one another name")
            .into());
        }
        Found::Nothing => {}
    }
    let mime = mime.unwrap_or_else(|| media_type(file));
    let content = json!({ "FileName": name, "FileBytes": text, "MimeType": mime });
    let sent = match owner {
        Owner { order: Some(number), .. } => caller.result(
            "UploadOrderFile",
            &json!({
                "File": content,
                "OrderFileIdentificationType": "GoodsOwnerOrderNumber",
                "GoodsOwnerOrderNumber": number,
            }),
        ),
        Owner { article, .. } => {
            caller.result("UploadArticleDefFile", &json!({ "ArticleNo": article, "File": content }))
        }
    };
    confirm(sent.err(), name, || look(&caller, owner, name, &text))
}

/// Says what became of a file that was sent. An answer says nothing about it, and so does a failure after which it may
/// have arrived: only what the service has now does.
fn confirm(
    failed: Option<anyhow::Error>,
    name: &str,
    look: impl FnOnce() -> anyhow::Result<Found>,
) -> anyhow::Result<()> {
    let why = match failed {
        None => "the service accepted it".to_owned(),
        Some(error) => match error.downcast_ref::<Error>() {
            Some(call) if matches!(call.outcome(), Outcome::Unknown | Outcome::Partial) => call.to_string(),
            _ => return Err(error),
        },
    };
    let seen = match look() {
        Ok(Found::Same(kept)) => return print_json(&kept),
        Ok(Found::Nothing) => "the service does not list it".to_owned(),
        Ok(Found::Other) => "the service has other content under this name".to_owned(),
        Err(error) => format!("another look failed: {}", error.root_cause()),
    };
    Err(Failure::new(Exit::UnknownOrLater, format!("{name}: {why}; {seen}"))
        .hint("the outcome is unknown; run it again later: it looks first")
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
