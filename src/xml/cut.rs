//! Cuts the rows of one list out of XML text that is still arriving, keeping only one row in memory.
//!
//! What remains, the *frame*, is the whole document without its rows: a short text that is read at the end like any
//! other. So the same code accepts or refuses everything around the rows, whether rows are cut out or not.

use std::mem;

use memchr::memmem::Finder;

use super::cut_token::{TokenKind, element_length, name_length, next_end, token};
use super::memory::MemoryLimit;
use super::notice::{NoticeKind, Notices};
use super::read::Reader;
use super::read_error::{ReadError, Result};
use super::replaced::{Replaced, joined, replaced};
use super::scope::Scopes;
use super::source::XmlSource;

/// The setting for the largest row.
const MAX_ROW_BYTES: &str = "max_row_bytes";

/// Number of bytes read at once.
const CHUNK: usize = 64 << 10;

/// Number of bytes that are kept of a text that is not XML.
const KEPT: usize = 1 << 20;

/// A namespace and a local name.
pub(crate) type FullName = (String, String);

/// A placeholder for each namespace.
pub(crate) const ANY_NAMESPACE: &str = "*";

/// What to cut out.
pub(crate) struct CutPlan {
    /// The elements from the root to the row, each with its possible names.
    pub way: Vec<Vec<FullName>>,
    /// Names of the last elements on the path, for errors.
    pub names: Vec<&'static str>,
    /// The namespace of plain names.
    pub main: String,
    /// See [`Reader::strict`].
    pub strict: bool,
    /// Maximum length of a row, and of the frame, in bytes.
    pub limit: u64,
}

/// The state of the cutting.
pub(crate) enum CutStep {
    /// More text is needed: see [`Cutter::space`].
    More,
    /// A row was read.
    Row,
    /// There are no more rows, and the frame is complete, or broken.
    End,
}

/// The end of a row's text.
struct RowEnd {
    length: usize,
    /// Whether it is certain; otherwise it is the first end tag with that name, which may be in a comment.
    sure: bool,
}

/// The current row.
struct CurrentRow {
    /// The end of the row is not before this place.
    searched: usize,
    /// The first end tag of that name was not the row's own.
    doubt: bool,
}

/// Receives text and returns rows.
pub(crate) struct Cutter {
    plan: CutPlan,
    buffer: Vec<u8>,
    /// The text in memory: `buffer[start..end]`.
    start: usize,
    end: usize,
    /// Byte offset of `start` in the whole text.
    offset: u64,
    complete: bool,
    /// The frame is not well-formed.
    broken: bool,
    /// If much text has no complete piece, wait until there is this much.
    enough: usize,
    scopes: Scopes,
    /// Names of the open elements, as written.
    open: Vec<Box<str>>,
    /// How many of them are on the path.
    on_way: usize,
    /// How many nested elements of the path were found.
    met: usize,
    row: Option<CurrentRow>,
    /// The start of an end tag of the rows.
    row_end: Finder<'static>,
    rows: usize,
    may_lack_list: bool,
    needs_every_row: bool,
    frame: Vec<u8>,
    /// Maps places of the frame to places of the text.
    jumps: Vec<(usize, u64)>,
    notices: Notices,
    replaced: Vec<Replaced>,
}

impl Cutter {
    pub fn new(plan: CutPlan) -> Self {
        let scopes = Scopes::new(&plan.main);
        Cutter {
            plan,
            buffer: Vec::new(),
            start: 0,
            end: 0,
            offset: 0,
            complete: false,
            broken: false,
            enough: 0,
            scopes,
            open: Vec::new(),
            on_way: 0,
            met: 0,
            row: None,
            row_end: Finder::new(b"").into_owned(),
            rows: 0,
            may_lack_list: false,
            needs_every_row: false,
            frame: Vec::new(),
            jumps: Vec::new(),
            notices: Notices::default(),
            replaced: Vec::new(),
        }
    }

    // ---- text in -------------------------------------------------------------------------------------------

    /// Space for more text; call [`filled`](Self::filled) with the number of bytes used.
    pub fn space(&mut self) -> &mut [u8] {
        if self.buffer.len() - self.end < CHUNK && self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        if self.buffer.len() - self.end < CHUNK {
            let more = CHUNK.max(self.buffer.len() / 2);
            self.buffer.resize(self.buffer.len() + more, 0);
        }
        let room = self.buffer.len().min(self.end + CHUNK);
        &mut self.buffer[self.end..room]
    }

    /// Takes this number of new bytes; 0 at the end of the text.
    pub fn filled(&mut self, length: usize) {
        self.end += length;
        self.complete |= length == 0;
    }

    fn text(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    // ---- rows out ------------------------------------------------------------------------------------------

    /// Advances to the next row and calls `read`, which returns whether it was one (nil is not).
    ///
    /// After an error it must not be called again.
    pub fn step(&mut self, read: &mut dyn FnMut(&mut Reader<'_>) -> Result<bool>) -> Result<CutStep> {
        loop {
            if self.broken && !self.goes_on_broken() {
                return Ok(CutStep::End);
            }
            if self.text().len() < self.enough && !self.complete {
                return Ok(CutStep::More);
            }
            if self.row.is_some() {
                let Some(extent) = self.extent()? else { return Ok(CutStep::More) };
                if self.row(&extent, read)? {
                    return Ok(CutStep::Row);
                }
                continue;
            }
            match token(self.text()) {
                Some((kind, length)) => self.outside(kind, length)?,
                None if self.complete => {
                    self.keep(self.text().len())?;
                    return Ok(CutStep::End);
                }
                None => {
                    self.wait(self.text().len())?;
                    return Ok(CutStep::More);
                }
            }
        }
    }

    /// If the text is not XML from its first element on, its beginning is kept for messages.
    fn goes_on_broken(&mut self) -> bool {
        let nothing_yet = self.open.is_empty() && self.rows == 0;
        if nothing_yet && self.frame.len() < KEPT {
            let length = self.text().len();
            let _ = self.keep(length);
            return !self.complete && self.frame.len() < KEPT;
        }
        false
    }

    /// Adds text outside of the rows to the frame.
    fn outside(&mut self, kind: TokenKind, length: usize) -> Result<()> {
        self.enough = 0;
        let in_list = self.on_way == self.open.len() && self.on_way + 1 == self.plan.way.len();
        match kind {
            // White space and comments between rows are dropped, since the frame would grow with the number of rows.
            TokenKind::Space | TokenKind::Aside if in_list => {
                if let Err(error) = simdutf8::compat::from_utf8(&self.text()[..length]) {
                    return Err(self.not_utf8(error.valid_up_to()));
                }
                self.pass(length);
                Ok(())
            }
            TokenKind::Space | TokenKind::Aside | TokenKind::Text => self.keep(length),
            TokenKind::End => {
                self.scopes.leave(self.open.len());
                self.open.pop();
                self.on_way = self.on_way.min(self.open.len());
                self.keep(length)
            }
            TokenKind::Start => self.begin(length),
            TokenKind::Wrong => {
                self.broken = true;
                self.keep(length)
            }
        }
    }

    /// Processes a start tag: it starts a row or belongs to the frame.
    fn begin(&mut self, length: usize) -> Result<()> {
        let depth = self.open.len();
        let Some((name, is_on_way, is_nil, is_empty)) = self.start_tag(length) else {
            self.broken = true;
            return self.keep(length);
        };
        let is_row = is_on_way && depth + 1 == self.plan.way.len();
        if is_on_way {
            self.met = self.met.max(depth + 1);
        }
        if is_row || is_empty {
            self.scopes.leave(depth + 1);
        }
        if is_row {
            if self.row_end.needle().strip_prefix(b"</") != Some(name.as_bytes()) {
                self.row_end = Finder::new(&format!("</{name}")).into_owned();
            }
            self.row = Some(CurrentRow { searched: length, doubt: is_empty });
            return Ok(());
        }
        if !is_empty {
            self.on_way += usize::from(is_on_way && !is_nil);
            self.open.push(name);
        }
        self.keep(length)
    }

    /// Name of a start tag, whether it is the next on the path, nil, or empty; `None` if it is not a start tag.
    fn start_tag(&mut self, length: usize) -> Option<(Box<str>, bool, bool, bool)> {
        let scopes = mem::take(&mut self.scopes);
        let depth = self.open.len();
        let Ok(text) = str::from_utf8(&self.buffer[self.start..self.start + length]) else {
            self.scopes = scopes;
            return None;
        };
        let name = Box::from(text.get(1..1 + name_length(text.as_bytes()))?);
        let mut source = XmlSource::within(text, scopes, depth, self.offset);
        let begun = source.step().is_ok();
        let wanted = self.plan.way.get(depth).filter(|_| self.on_way == depth);
        let is_on_way = wanted.is_some_and(|names| {
            let local = source.tag.local();
            let is = |(namespace, name): &FullName| {
                name == local
                    && source.namespace().is_ok_and(|found| found == namespace || namespace == ANY_NAMESPACE)
            };
            names.iter().any(is)
        });
        let is_nil = is_on_way && source.is_nil().unwrap_or(false);
        let is_empty = source.tag.empty;
        self.scopes = source.into_scopes();
        begun.then_some((name, is_on_way, is_nil, is_empty))
    }

    /// The end of the row; `None` if more text is needed.
    fn extent(&mut self) -> Result<Option<RowEnd>> {
        let Some(row) = &mut self.row else { return Ok(None) };
        let text = &self.buffer[self.start..self.end];
        let found = match row.doubt {
            true => element_length(text).map(|length| RowEnd { length, sure: true }),
            false => {
                next_end(text, &self.row_end, &mut row.searched).map(|length| RowEnd { length, sure: false })
            }
        };
        let length = found.as_ref().map_or(text.len(), |extent| extent.length);
        if length as u64 > self.plan.limit {
            let limit = self.plan.limit;
            let text = format!("the row is longer than the limit of {limit} bytes; raise `{MAX_ROW_BYTES}`");
            return Err(self.wrong(&text).with_raised_by(Some(MAX_ROW_BYTES)));
        }
        match found {
            Some(extent) => Ok(Some(extent)),
            None if self.complete => Ok(Some(RowEnd { length, sure: true })),
            None => {
                // Only the careful search starts from the beginning each time.
                if row.doubt {
                    self.wait(length)?;
                }
                Ok(None)
            }
        }
    }

    /// Reads the row. `false` if it was nil, or its end was not where it seemed to be.
    fn row(
        &mut self,
        extent: &RowEnd,
        read: &mut dyn FnMut(&mut Reader<'_>) -> Result<bool>,
    ) -> Result<bool> {
        let text = &self.buffer[self.start..self.start + extent.length];
        let text = match simdutf8::compat::from_utf8(text) {
            Ok(text) => text,
            // The text ends inside a character.
            Err(error) if error.error_len().is_none() && extent.sure => {
                str::from_utf8(&text[..error.valid_up_to()]).unwrap_or_default()
            }
            Err(error) => return Err(self.not_utf8(error.valid_up_to())),
        };
        let mut source = XmlSource::within(text, self.scopes.clone(), self.open.len(), self.offset);
        source.limit_memory(MemoryLimit::for_text(self.plan.limit, MAX_ROW_BYTES));
        let mut reader = Reader::row(source, &self.plan.names, self.rows).strict(self.plan.strict);
        match read(&mut reader) {
            Ok(is_row) => {
                let (length, notices) = reader.into_parts();
                self.replaced = replaced(&notices, &self.plan.names);
                self.notices.merge(notices);
                self.row = None;
                self.enough = 0;
                self.pass(length);
                self.rows += usize::from(is_row);
                Ok(is_row)
            }
            Err(error) if extent.sure => Err(error),
            Err(_) => {
                self.row = Some(CurrentRow { searched: 0, doubt: true });
                Ok(false)
            }
        }
    }

    // ---- the frame -----------------------------------------------------------------------------------------

    fn pass(&mut self, length: usize) {
        self.start += length;
        self.offset += length as u64;
    }

    fn keep(&mut self, length: usize) -> Result<()> {
        let runs_on =
            |(place, offset): &(usize, u64)| offset + (self.frame.len() - place) as u64 == self.offset;
        if !self.jumps.last().is_some_and(runs_on) {
            self.jumps.push((self.frame.len(), self.offset));
        }
        self.frame.extend_from_slice(&self.buffer[self.start..self.start + length]);
        self.pass(length);
        self.check(self.frame.len())
    }

    /// Waits until there is a quarter more text, so that a long piece is not scanned again with each byte that arrives.
    fn wait(&mut self, length: usize) -> Result<()> {
        self.enough = if length < CHUNK { 0 } else { length + length / 4 };
        self.check(self.frame.len() + if self.row.is_some() { 0 } else { length })
    }

    fn check(&self, length: usize) -> Result<()> {
        let limit = self.plan.limit;
        if length as u64 <= limit {
            return Ok(());
        }
        let text = format!(
            "the answer without its rows is longer than the limit of {limit} bytes; raise `{MAX_ROW_BYTES}`"
        );
        Err(self.wrong(&text).with_raised_by(Some(MAX_ROW_BYTES)))
    }

    /// The whole text without its rows.
    pub fn frame(&self) -> &[u8] {
        &self.frame
    }

    /// The frame received so far, with its open elements closed.
    pub fn closed_frame(&self) -> Vec<u8> {
        let mut frame = self.frame.clone();
        for name in self.open.iter().rev() {
            frame.extend_from_slice(format!("</{name}>").as_bytes());
        }
        frame
    }

    /// The place in the text of a place in the frame.
    pub fn offset_of(&self, place: u64) -> u64 {
        if place >= self.frame.len() as u64 && self.complete {
            return self.length();
        }
        // Where rows were cut out of the frame, a place means the text before them, such as an unexpected start tag;
        // in an answer that broke off it means the end, after them.
        let is_whole = self.open.is_empty();
        let passed = |jump: u64| if is_whole { jump < place } else { jump <= place };
        let before = self.jumps.partition_point(|(jump, _)| passed(*jump as u64)).saturating_sub(1);
        self.jumps.get(before).map_or(place, |(jump, offset)| offset + place.saturating_sub(*jump as u64))
    }

    // ---- what was found --------------------------------------------------------------------------------------

    /// Allows a missing list beside unknown members.
    pub fn may_lack_list(&mut self) {
        self.may_lack_list = true;
    }

    /// Refuses other elements among rows, which otherwise are noticed only.
    pub fn needs_every_row(&mut self) {
        self.needs_every_row = true;
    }

    /// The error if the frame's `notices` show other elements in the place of the list or its rows: the answer has rows
    /// that this contract cannot read.
    pub fn lost_rows(&self, notices: &Notices) -> Option<Box<ReadError>> {
        let first = self.plan.way.len() - self.plan.names.len();
        let (found, wanted) = self.plan.names.split_at_checked(self.met.checked_sub(first)?)?;
        let is_foreign = |kind| matches!(kind, NoticeKind::UnknownMember | NoticeKind::ForeignMember);
        let other_in =
            |path: &str| notices.iter().find(|notice| is_foreign(notice.kind) && notice.path == path);
        let Some(wanted) = wanted.first() else {
            // A list of its own has nothing but rows; a result may have new members beside them.
            let [_, .., row] = found else { return None };
            if !self.needs_every_row {
                return None;
            }
            let path = joined(&found[..found.len() - 1]);
            let other = (found.len() > 2).then(|| other_in(&path)).flatten()?;
            let row = super::split_name(row).1;
            let message =
                format!("expected {row}, found {}: not all rows of this list can be read", other.detail);
            return Some(ReadError::absent(path, message));
        };
        let wanted = super::split_name(wanted).1;
        let path = joined(found);
        let other = other_in(&path)?;
        let is_list = self.met + 1 == self.plan.way.len();
        if !is_list && self.may_lack_list {
            return None;
        }
        let message = match is_list {
            true => format!("expected {wanted}, found {}: no row of this list can be read", other.detail),
            false => format!("{wanted} is missing; found the unknown member {} instead", other.detail),
        };
        Some(ReadError::absent(path, message))
    }

    /// The forbidden XML characters in the last row.
    pub fn replaced(&self) -> &[Replaced] {
        &self.replaced
    }

    /// Bytes received so far.
    pub fn length(&self) -> u64 {
        self.offset + (self.end - self.start) as u64
    }

    /// The text of the unreadable row, as far as it is in memory.
    pub fn text_in_hand(&self) -> &[u8] {
        self.text()
    }

    /// What was skipped in the rows.
    pub fn notices(&mut self) -> Notices {
        mem::take(&mut self.notices)
    }

    /// Where the text broke off, as text.
    pub fn place(&self) -> String {
        let length = self.length();
        match (&self.row, self.rows) {
            (Some(_), _) => format!("in {}, byte {length}", self.row_path()),
            (None, 0) => format!("before the first row, byte {length}"),
            (None, rows) => format!("after row {rows}, byte {length}"),
        }
    }

    fn row_path(&self) -> String {
        format!("{}[{}]", joined(&self.plan.names), self.rows + 1)
    }

    fn not_utf8(&self, valid: usize) -> Box<ReadError> {
        ReadError::at(self.offset + valid as u64, "the text is not UTF-8")
    }

    fn wrong(&self, message: &str) -> Box<ReadError> {
        let path = if self.row.is_some() { self.row_path() } else { String::new() };
        ReadError::placed_at(path, self.length(), message)
    }
}
