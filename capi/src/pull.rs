//! `ongoing_pull`: rows of the warehouse into a file.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use ongoing_wms::Client;
use ongoing_wms::batch::pull::{
    Event as PullEvent, Filter, Form, LayoutSettings, Output, Preset, Pull, PullError, Since, Source,
    has_time, memory_beside, path_at, span,
};
use ongoing_wms::exit::Exit;
use ongoing_wms::suggest::did_you_mean_one_of;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::codes::{Event, Kind};
use crate::failure::Failure;
use crate::progress::{Listener, Told};

/// The options, named like the flags of `ongoing pull`, with the command's defaults.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Options {
    /// `jsonl` or `csv`.
    format: Option<RowForm>,
    since: Option<String>,
    overlap: Option<String>,
    integration: Option<String>,
    memory: Option<PathBuf>,
    page_size: Option<u32>,
    /// The query in JSON form.
    filter: Map<String, Value>,
    append: bool,
    no_clobber: bool,
    preset: Option<String>,
    /// For tables.
    layout: Option<LayoutSettings>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum RowForm {
    Jsonl,
    Csv,
}

/// Pulls; `answer` gets the figures.
pub fn run(
    client: &Client,
    source: &str,
    path: &str,
    options: &Options,
    told: Listener<'_>,
    answer: &mut Value,
) -> Result<(), Failure> {
    let source = Source::find(source).ok_or_else(|| {
        let all = Source::all();
        let names: Vec<&str> = all.iter().map(Source::name).collect();
        Failure::usage(format!("rows `{source}` not found")).hint(did_you_mean_one_of(
            source,
            "rows that can be pulled",
            &names,
        ))
    })?;
    let pull = pull(&source, path, options)?;
    pull.check().map_err(|error| wrong(&error))?;
    let layout = layout(&source, path, options)?;
    let is_timed = has_time(Path::new(path));
    let path = path_at(Path::new(path), SystemTime::now())
        .map_err(|error| Failure::usage(format!("path: {error}")).hint("write %% for a percent sign"))?;
    let out = output(&path, is_timed, options)?;
    let form = match layout {
        Some(layout) => Form::csv(layout.sheet(out).map_err(|error| wrong(&error))?),
        None => Form::json_lines(out),
    };
    let mut figures = (0, 0);
    let done = pull.run(client, form, &mut |event| {
        let message = match event {
            PullEvent::Row(row) => {
                figures = (row.rows, row.repeated);
                Told { done: row.rows + row.repeated, ..Told::new(Event::Row) }
            }
            PullEvent::Placed(row) => Told { done: row.rows, ..Told::new(Event::Placed) },
            PullEvent::Warning(text) => Told::text(Event::Warning, text.to_string()),
            _ => return,
        };
        told(message);
    });
    let done = done.map_err(|error| wrong(&error))?;
    *answer = done.to_json(&pull);
    answer["out"] = path.display().to_string().into();
    Ok(())
}

fn pull(source: &Source, path: &str, options: &Options) -> Result<Pull, Failure> {
    let wrong = |name: &str, error: String| Failure::usage(format!("options: {name}: {error}"));
    let mut pull = Pull::new(source.clone()).filter(Filter::from_json(source, options.filter.clone()));
    if let Some(size) = options.page_size {
        pull = pull.page_size(size);
    }
    if let Some(text) = &options.since {
        let since: Since = text.parse().map_err(|error| wrong("since", error))?;
        if since == Since::LastSync {
            pull = pull.memory(memory_beside(Path::new(path)));
        }
        pull = pull.since(since);
    }
    if let Some(text) = &options.overlap {
        let overlap = span(text).and_then(|span| span.to_std().map_err(|error| error.to_string()));
        pull = pull.overlap(overlap.map_err(|error| wrong("overlap", error))?);
    }
    if let Some(memory) = &options.memory {
        pull = pull.memory(memory);
    }
    if let Some(name) = &options.integration {
        pull = pull.integration(name);
    }
    Ok(pull)
}

/// The layout of a table; `None` for JSON Lines.
fn layout(
    source: &Source,
    path: &str,
    options: &Options,
) -> Result<Option<ongoing_wms::batch::pull::Layout>, Failure> {
    let ends_csv = Path::new(path).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
    let form = options.format.unwrap_or(if ends_csv { RowForm::Csv } else { RowForm::Jsonl });
    if form == RowForm::Jsonl {
        return match options.preset.is_some() || options.layout.is_some() {
            true => Err(Failure::usage("options: `preset` and `layout` are for tables only")
                .hint("\"format\": \"csv\" makes one, and so does a path that ends in .csv")),
            false => Ok(None),
        };
    }
    let settings = match (&options.preset, &options.layout) {
        (Some(_), Some(_)) => {
            return Err(Failure::usage("options: `preset` and `layout` exclude each other"));
        }
        (Some(name), None) => {
            let names: Vec<&str> = Preset::all().iter().map(Preset::name).collect();
            let preset = Preset::find(name).ok_or_else(|| {
                Failure::usage(format!("preset `{name}` not found"))
                    .hint(did_you_mean_one_of(name, "presets", &names))
            })?;
            if !preset.is_for(source) {
                return Err(Failure::usage(format!("preset {name} has no columns of {}", source.name())));
            }
            LayoutSettings::of_preset(preset, source).map_err(|error| Failure::usage(error.to_string()))?
        }
        (None, layout) => layout.clone().unwrap_or_default(),
    };
    settings.layout(source).map(Some).map_err(|error| Failure::usage(error.to_string()))
}

/// Opens the output. A file whose name contains the time is never replaced.
fn output(path: &Path, is_timed: bool, options: &Options) -> Result<Output, Failure> {
    let out = match (options.no_clobber || is_timed && !options.append, options.append) {
        (true, true) => {
            return Err(Failure::usage("options: `append` and `no_clobber` exclude each other"));
        }
        (true, false) => Output::new_file(path),
        (false, true) => Output::append(path),
        (false, false) => Output::file(path),
    };
    out.map_err(|error| {
        let failure =
            |what: String| Failure::new(Kind::Output, Exit::Output, format!("{} {what}", path.display()));
        match error.kind() {
            ErrorKind::AlreadyExists => failure("already exists".to_owned())
                .hint("`no_clobber` keeps it, and so does a time in its name; nothing was requested"),
            ErrorKind::ResourceBusy => failure(format!("cannot be written: {error}"))
                .hint("try again when that one has ended; nothing was requested"),
            _ => failure(format!("cannot be written: {error}"))
                .hint("its folder must exist and be writable; nothing was requested"),
        }
    })
}

fn wrong(error: &PullError) -> Failure {
    let failure = |kind| Failure::new(kind, Exit::of_pull(error), error.to_string());
    match error {
        PullError::Call(error) => error.into(),
        PullError::Row { error: of_call, .. } => {
            Failure { message: failure(Kind::Bug).message, ..Failure::from(of_call) }
        }
        PullError::NotStored(cause) => Failure { message: failure(Kind::Bug).message, ..wrong(cause) },
        PullError::Request(..) => failure(Kind::Request),
        PullError::Output(_) | PullError::Value { .. } | PullError::Header { .. } => failure(Kind::Output),
        PullError::NoTime => failure(Kind::Response),
        _ => failure(Kind::Usage),
    }
}
