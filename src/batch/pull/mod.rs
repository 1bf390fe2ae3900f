//! Pulls rows from the warehouse into a file: all rows, or those that changed since the last pull.
//!
//! ```no_run
//! use ongoing_wms::batch::pull::{Form, Output, Pull, Since, Source, memory_beside, path_at};
//! use std::path::Path;
//! use std::time::SystemTime;
//! # let url = "https://api.ongoingsystems.se/apidemo/service.asmx";
//! # let client = ongoing_wms::Client::builder(url).credentials(ongoing_wms::Credentials::from_env()?).build()?;
//! let orders = Source::find("orders").ok_or("no such rows")?;
//! // A new file for each run: the next run must not replace rows that nobody has read yet.
//! let pattern = Path::new("changed-%Y%m%dT%H%M%SZ.jsonl");
//! let file = path_at(pattern, SystemTime::now())?;
//! let pull = Pull::new(orders)
//!     .since(Since::LastSync)
//!     .integration("my shop: orders")
//!     .memory(memory_beside(pattern));
//! let done = pull.run(&client, Form::json_lines(Output::new_file(&file)?), &mut |_| {})?;
//! println!("{} rows; the next pull requests changes since {:?}", done.rows, done.stored);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod cells;
pub(super) mod column;
mod continued_file;
mod delivered_rows;
mod error;
mod event;
mod filter;
mod form;
mod layout_settings;
mod open_rows;
mod output;
mod preset;
mod row_name;
mod row_reader;
mod sheet;
mod since;
mod source;
mod window;

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

pub use column::{ColumnError, Columns};
use delivered_rows::{Memory, MemoryOwner};
pub use error::PullError;
pub use event::{Event, PullWarning};
pub use filter::{Filter, FilterError};
pub use form::Form;
pub use layout_settings::{LayoutSettings, LayoutSettingsError};
pub use output::{Output, has_time, memory_beside, path_at};
pub use preset::Preset;
use row_reader::{RowReader, RowsOrPages};
pub use sheet::{Layout, LayoutError, Sheet};
pub use since::{Since, span};
pub use source::Source;
use window::Clocks;

use crate::Client;
use crate::dynamic::{self, Request, Row, WantedRow};
use crate::transport::shown_address;
use crate::xml::DateTime;

/// Default page size in rows, as the service's documentation suggests.
const PAGE_SIZE: u32 = 1_000;

/// What to pull.
#[derive(Debug, Clone)]
pub struct Pull {
    source: Source,
    filter: Filter,
    page_size: u32,
    since: Since,
    overlap: chrono::TimeDelta,
    integration: Option<String>,
    memory: Option<PathBuf>,
    now: Option<SystemTime>,
    retries: u32,
    delay: Duration,
}

/// The result of a pull.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Figures {
    /// Rows written.
    pub rows: u64,
    /// Rows left out because the last pull delivered them unchanged.
    pub repeated: u64,
    /// Records written: differs from the rows if each record is an item of a row's list.
    pub records: u64,
    /// How many times an answer broke off and was continued.
    pub resumed: u64,
    /// The time since which changes were requested; `None` if everything was.
    pub from: Option<DateTime>,
    /// The service's time before the first request for rows, if it was needed.
    pub service_time: Option<DateTime>,
    /// The time that was stored for the next pull.
    pub stored: Option<DateTime>,
}

impl Figures {
    /// Returns the figures of this pull in JSON form, as `ongoing pull --summary json` prints them.
    pub fn to_json(&self, pull: &Pull) -> Value {
        let time = |time: &Option<DateTime>| time.as_ref().map(DateTime::to_string);
        json!({
            "rows": self.rows,
            "records": self.records,
            "repeated": self.repeated,
            "resumed": self.resumed,
            "source": pull.source.name(),
            "operation": pull.source.operation().name,
            "since": time(&self.from),
            "serviceTime": time(&self.service_time),
            "stored": time(&self.stored),
            "storedAs": pull.stored_as(),
        })
    }
}

impl Pull {
    /// All rows of a source.
    pub fn new(source: Source) -> Pull {
        Pull {
            filter: Filter::new(&source),
            source,
            page_size: PAGE_SIZE,
            since: Since::Ever,
            overlap: chrono::TimeDelta::minutes(5),
            integration: None,
            memory: None,
            now: None,
            retries: 3,
            delay: Duration::from_millis(500),
        }
    }

    /// Only rows that match this filter.
    pub fn filter(mut self, filter: Filter) -> Pull {
        self.filter = filter;
        self
    }

    /// Page size in rows, if the source has pages; 0 requests all at once. Defaults to 1,000.
    pub fn page_size(mut self, rows: u32) -> Pull {
        self.page_size = rows;
        self
    }

    /// Only what changed since. Defaults to [`Since::Ever`].
    pub fn since(mut self, since: Since) -> Pull {
        self.since = since;
        self
    }

    /// How far before the last pull to start, because clocks differ and changes may show late. Rows that changed in
    /// this time are returned by both pulls, unless there is a [`memory`](Self::memory). At least 65 minutes if the
    /// service's clock was set or may repeat an hour. Defaults to 5 minutes.
    pub fn overlap(mut self, overlap: Duration) -> Pull {
        self.overlap = chrono::TimeDelta::from_std(overlap).unwrap_or(chrono::TimeDelta::MAX);
        self
    }

    /// The name under which the service stores the time of this pull once its rows are in place. Defaults to `pull
    /// <source>` with [`Since::LastSync`], which also reads it; otherwise nothing is stored.
    pub fn integration(mut self, name: impl Into<String>) -> Pull {
        self.integration = Some(name.into());
        self
    }

    /// A file in which a pull with [`Since::LastSync`] remembers what it delivered, so that the next pull leaves out
    /// unchanged rows. The file is used only if the service has stored the matching time: a row may come twice, but is
    /// never lost. Defaults to none.
    pub fn memory(mut self, file: impl Into<PathBuf>) -> Pull {
        self.memory = Some(file.into());
        self
    }

    /// This machine's time, which shows whether the service's clock was set. Outside the years 1 to 9999 the pull fails.
    /// Defaults to the system time.
    pub fn now(mut self, now: SystemTime) -> Pull {
        self.now = Some(now);
        self
    }

    /// How many times a page that breaks off is requested again, and the wait before it, which doubles. Defaults to 3
    /// times and 0.5 s.
    pub fn retries(mut self, retries: u32, delay: Duration) -> Pull {
        (self.retries, self.delay) = (retries, delay);
        self
    }

    /// Returns the requests that [`run`](Self::run) will send, as far as they are known in advance.
    ///
    /// # Errors
    /// As [`check`](Self::check).
    pub fn requests(&self) -> Result<Vec<Box<dyn Request>>, PullError> {
        let mut requests = vec![self.check()?];
        if self.needs_service_time() {
            requests.push(since::request(since::SYSTEM_INFO, &json!({}))?);
        }
        if self.since == Since::LastSync {
            requests.push(since::request(since::GET_TIME, &json!({}))?);
        }
        if self.stored_as().is_some() {
            let time = DateTime::default().to_string();
            requests.push(since::request(since::SET_TIME, &json!({ "syncTime": time }))?);
        }
        Ok(requests)
    }

    /// Returns the name under which the time of this pull is stored, if any.
    pub fn stored_as(&self) -> Option<String> {
        let own = (self.since == Since::LastSync).then(|| self.source.stored_as());
        self.integration.clone().or(own)
    }

    fn needs_service_time(&self) -> bool {
        let is_limited = self.source.hours_of_changes().is_some() && self.since != Since::Ever;
        self.stored_as().is_some() || matches!(self.since, Since::Ago(_)) || is_limited
    }

    /// Checks the pull as far as possible without sending anything. Returns the first request, with a placeholder for
    /// the time.
    ///
    /// # Errors
    /// [`PullError::NoSince`] and [`PullError::Conflict`]; [`PullError::Request`] if the filter lacks a required
    /// member.
    pub fn check(&self) -> Result<Box<dyn Request>, PullError> {
        let since = match self.since {
            Since::Ever => None,
            _ => Some(self.source.since().ok_or_else(|| PullError::no_since(&self.source))?),
        };
        let paging = self.paging().map(|paging| [(paging.size, true), (paging.from, true)]);
        let taken = since.map(|member| (member, false)).into_iter().chain(paging.into_iter().flatten());
        for (member, pages) in taken {
            if self.filter.has(member) {
                return Err(PullError::Conflict { member: member.to_owned(), pages });
            }
        }
        let mut filter = self.filter.clone();
        if let Some(member) = since {
            filter.put(member, DateTime::default().to_string().into());
        }
        let made = dynamic::request_from_json(self.source.operation(), &filter.into_value());
        made.map_err(|error| PullError::Request(self.source.operation().name, error))
    }

    /// How pages are requested, if there are any.
    fn paging(&self) -> Option<source::SourcePaging> {
        self.source.paging().filter(|_| self.page_size > 0)
    }

    /// Runs the pull. Calls `told` for each row read and for each warning.
    ///
    /// When all rows are in place under the final name, the delivered rows are saved in the [`memory`](Self::memory),
    /// and then the time from before the first row is stored. If a step fails, the later steps are not done.
    ///
    /// # Errors
    /// As [`check`](Self::check); a call or a write fails, or the format cannot represent a value.
    pub fn run(
        &self,
        client: &Client,
        mut form: Form,
        told: &mut dyn FnMut(Event<'_>),
    ) -> Result<Figures, PullError> {
        self.check()?;
        let Window { from, clocks, mut memory } = self.window(client, told)?;
        let mut figures =
            Figures { from, service_time: clocks.map(|clocks| clocks.service), ..Figures::default() };
        let mut filter = self.filter.clone();
        if let (Some(member), Some(from)) = (self.source.since(), from.or(self.beginning())) {
            filter.put(member, from.to_string().into());
        }
        let mut rows = self.rows(client, filter, form.of_rows(memory.is_some()))?;
        let mut number = 0;
        while let Some(row) = rows.next() {
            let row = row?;
            number += 1;
            tell_replaced(&row, number, told);
            let is_known = |memory: &mut Memory| row.id.is_some_and(|id| memory.has(id, &row.json));
            if memory.as_mut().is_some_and(is_known) {
                figures.repeated += 1;
            } else {
                figures.records += form.write(&row)?;
                figures.rows += 1;
            }
            figures.resumed = rows.resumed;
            told(Event::Row(&figures));
        }
        if let Some(memory) = &memory {
            memory.forget().map_err(PullError::Output)?;
        }
        form.finish()?;
        told(Event::Placed(&figures));
        if let (Some(memory), Some(clocks)) = (memory, &clocks)
            && let Err(error) = memory.keep(clocks)
        {
            let message = format!("the memory of delivered rows cannot be written: {error}");
            told(Event::Warning(PullWarning::NoMemory { message }));
        }
        if let (Some(name), Some(clocks)) = (self.stored_as(), clocks) {
            since::store(client, &name, clocks.service)?;
            figures.stored = Some(clocks.service);
        }
        Ok(figures)
    }

    /// The first pull of a source that requires a time asks for changes since the earliest one.
    fn beginning(&self) -> Option<DateTime> {
        let member = self.source.since().filter(|_| self.since == Since::LastSync)?;
        let insists = self.source.members().iter().any(|known| known.name == member && known.required);
        insists.then(|| "1900-01-01T00:00:00".parse().ok()).flatten()
    }

    /// The start time of a pull, and what the next pull needs.
    fn window(&self, client: &Client, told: &mut dyn FnMut(Event<'_>)) -> Result<Window, PullError> {
        let clocks = match self.needs_service_time() {
            true => {
                if self.now.is_some_and(|now| DateTime::moment(now).is_none()) {
                    return Err(PullError::OwnTime);
                }
                let service = since::service_time(client)?;
                let now = self.now.unwrap_or_else(SystemTime::now);
                Some(Clocks { service, own: DateTime::moment(now).ok_or(PullError::OwnTime)? })
            }
            false => None,
        };
        let mut window = Window { from: None, clocks, memory: None };
        match (&self.since, clocks) {
            (Since::Time(time), _) => window.from = Some(*time),
            (Since::Ago(span), Some(now)) => window.from = Some(since::earlier(now.service, *span)),
            (Since::LastSync, Some(now)) => {
                let stored_as = self.stored_as().unwrap_or_default();
                let stored = since::stored(client, &stored_as)?;
                window.memory = self.open_memory(client, stored_as.clone(), stored, told);
                if let Some(stored) = stored {
                    let then = window.memory.as_ref().and_then(Memory::then);
                    let (from, why) = window::from(stored, self.overlap, &now, then, self.source.is_paged());
                    why.into_iter().for_each(|why| told(Event::Warning(why)));
                    window.from = Some(from);
                } else {
                    told(Event::Warning(PullWarning::Never { stored_as }));
                }
            }
            (Since::Ever | Since::Ago(_) | Since::LastSync, _) => {}
        }
        if let (Some(from), Some(now), Some(hours)) = (window.from, clocks, self.source.hours_of_changes())
            && window::is_before(from, now.service, hours)
        {
            told(Event::Warning(PullWarning::InFull { from, hours }));
            window.from = None;
        }
        Ok(window)
    }

    fn open_memory(
        &self,
        client: &Client,
        stored_as: String,
        stored: Option<DateTime>,
        told: &mut dyn FnMut(Event<'_>),
    ) -> Option<Memory> {
        let path = self.memory.as_ref()?;
        let goods_owner =
            client.credentials().map(|known| known.get_goods_owner().clone()).unwrap_or_default();
        let owner = MemoryOwner {
            url: shown_address(client.url()),
            goods_owner: serde_json::json!([goods_owner.code, goods_owner.id]).to_string(),
            source: self.source.name().to_owned(),
            stored_as,
        };
        let (memory, read) = Memory::open(path, owner, stored);
        if let Err(message) = read {
            told(Event::Warning(PullWarning::NoMemory { message }));
        }
        Some(memory)
    }

    fn rows(&self, client: &Client, filter: Filter, form: WantedRow) -> Result<RowReader, PullError> {
        let operation = self.source.operation();
        let request = filter.into_value();
        let wrong = |error| PullError::Request(operation.name, error);
        let lines = |rows| RowReader::new(rows, self.retries, self.delay);
        let in_form = form.clone();
        let paged = self
            .paging()
            .and_then(|_| dynamic::pages_in_form(client, operation, &request, self.page_size, in_form));
        if let Some(pages) = paged {
            return Ok(lines(RowsOrPages::Paged(pages.map_err(wrong)?)));
        }
        if let Some(rows) = dynamic::rows_in_form(client, operation, &request, form, true) {
            return Ok(lines(RowsOrPages::Whole(rows.map_err(wrong)?)));
        }
        let rows = dynamic::rows_by_form(client, operation, &request).map_err(wrong)?;
        Ok(lines(RowsOrPages::Open(rows)))
    }
}

/// The start time of a pull, and what the next pull needs.
struct Window {
    /// `None` for everything.
    from: Option<DateTime>,
    clocks: Option<Clocks>,
    memory: Option<Memory>,
}

fn tell_replaced(row: &Row, number: u64, told: &mut dyn FnMut(Event<'_>)) {
    if row.replaced.is_empty() {
        return;
    }
    let name = serde_json::from_str(&row.json).ok().and_then(|row| row_name::name_in_json(&row));
    for replaced in &row.replaced {
        let (name, replaced) = (name.clone(), replaced.clone());
        told(Event::Warning(PullWarning::Replaced { row: number, name, replaced }));
    }
}

/// The rows of a source, page by page where it has pages.
pub(crate) fn rows(
    client: &Client,
    source: &Source,
    filter: Filter,
) -> Result<impl Iterator<Item = Result<Row, PullError>> + use<>, PullError> {
    Pull::new(source.clone()).rows(client, filter, WantedRow::Json)
}
