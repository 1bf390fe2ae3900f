//! Reads XML or the JSON form: the methods that generated code calls, one for each kind of member.
//!
//! A type's `read` calls [`Reader::members`], whose loop finds each member and calls the type for it; the slot methods
//! read that member into its field. A few types have a loop of their own over [`Reader::child`]. Tolerant by default:
//! what the contract does not know is skipped and noticed. With [`Reader::strict`] it is an error.
#![cfg_attr(not(feature = "serde"), allow(irrefutable_let_patterns))]

mod at;
mod field;
mod header;
#[cfg(feature = "serde")]
pub(super) mod json_source;
mod message;
mod path;
mod received;
mod report;
mod round;
mod row;
mod slot;
mod text;
mod unknown;

pub use at::At;
use at::{Mode, WORD};
#[cfg(feature = "serde")]
use json_source::JsonSource;
use path::{PathStep, path_without_indexes, placed};
pub use received::Received;
use report::settled;

use super::any::Element;
use super::memory::MemoryLimit;
use super::notice::{NoticeKind, Notices};
pub use super::read_error::{ReadError, Result};
use super::source::{self, SourceStep};
use super::split_name;
use super::watch::{KeepRule, KeptElements};
use crate::xml::expected::find_from;

enum ReaderSource<'a> {
    Xml(source::XmlSource<'a>),
    #[cfg(feature = "serde")]
    Json(JsonSource<'a>),
}

enum NextChild {
    Known(usize),
    Unknown,
    End,
}

/// A type whose members [`Reader::members`] reads.
pub trait Members {
    /// Reads the member that was found, by its index among the names.
    fn member(&mut self, p: &mut Reader<'_>, index: usize) -> Result<()>;

    /// Where elements that are not members are kept; `None` if they are skipped.
    fn any(&mut self) -> Option<&mut Vec<Element>> {
        None
    }
}

/// The members of a type. The masks have the bit of each member that is required, and that must be in the JSON form.
#[derive(Debug, Clone, Copy)]
pub struct MemberNames {
    /// Name of the type, as for [`Reader::enter`].
    ty: &'static str,
    names: &'static [&'static str],
    required: u128,
    asked: u128,
}

impl MemberNames {
    /// The members with these names, of a type with this name.
    pub const fn new(
        ty: &'static str,
        names: &'static [&'static str],
        required: u128,
        asked: u128,
    ) -> MemberNames {
        MemberNames { ty, names, required, asked }
    }
}

/// Reads one document.
pub struct Reader<'a> {
    form: ReaderSource<'a>,
    path: Vec<PathStep>,
    strict: bool,
    /// Reads a request like the service: every present value must be valid for its type. Has the skipped members.
    service: Option<Vec<String>>,
    /// The member that `child` found occurred before.
    again: bool,
    /// Refuses lists with nil items, which would be lost. Answers may have them: nothing is sent without them.
    every_item: bool,
    /// Reads a row that was cut out of an answer: a list in it without any readable item is an error.
    in_row: bool,
    /// Number of skipped elements.
    skipped: u64,
    /// How the last round of a repeated group ended, which decides how its parent continues.
    after_round: Mode,
    notices: Notices,
    watched: Option<KeptElements>,
    received: Received,
}

impl<'a> Reader<'a> {
    /// Creates a reader of XML text whose plain names are in the namespace `main`.
    pub fn new(text: &'a str, main: &str) -> Self {
        Self::with(ReaderSource::Xml(source::XmlSource::new(text, main)))
    }

    /// A reader of the JSON form.
    #[cfg(feature = "serde")]
    pub fn json(value: &'a serde_json::Value) -> Self {
        Self::json_ref(value.into())
    }

    /// As [`json`](Self::json), of any tree.
    #[cfg(feature = "serde")]
    pub(crate) fn json_ref(value: super::json_ref::JsonRef<'a>) -> Self {
        // Members that the JSON form does not know are always refused: a typing error must not lose data.
        Reader { strict: true, every_item: true, ..Self::with(ReaderSource::Json(JsonSource::new(value))) }
    }

    /// Creates a reader at an element without content.
    pub(crate) fn empty() -> Result<Self> {
        let mut p = Reader::new("<none/>", "");
        p.root()?;
        Ok(p)
    }

    fn with(form: ReaderSource<'a>) -> Self {
        Reader {
            form,
            path: Vec::new(),
            strict: false,
            service: None,
            again: false,
            every_item: false,
            in_row: false,
            skipped: 0,
            after_round: Mode::Plain,
            notices: Notices::default(),
            watched: None,
            received: Received::default(),
        }
    }

    /// Refuses unknown, misordered, duplicate and missing required members and unknown enumeration text. Defaults to
    /// tolerant reading, which only notices these.
    pub fn strict(mut self, strict: bool) -> Self {
        self.strict = strict;
        self
    }

    /// Refuses nil items of lists that have no place for them.
    pub(crate) fn refuse_nil_items(&mut self) {
        self.every_item = true;
    }

    /// Reads like the service reads requests: members in any order, unknown ones skipped, but every present value must
    /// be valid for its type. Empty text, nil and unknown enumeration texts are not valid.
    #[cfg(feature = "sandbox")]
    pub(crate) fn as_service(&mut self) {
        self.service = Some(Vec::new());
    }

    /// Returns what was skipped so far.
    pub fn notices(&self) -> &Notices {
        &self.notices
    }

    /// Adds what was skipped elsewhere in the same document.
    pub(crate) fn add_notices(&mut self, notices: Notices) {
        self.notices.merge(notices);
    }

    /// Keeps chosen undeclared elements below an answer from now on.
    pub(crate) fn watch(&mut self, watch: KeepRule) {
        self.watched = Some(KeptElements::new(watch));
    }

    /// Returns the kept elements, and stops keeping them.
    pub(crate) fn take_watched(&mut self) -> Vec<Element> {
        self.watched.take().map(KeptElements::into_found).unwrap_or_default()
    }

    /// Sets the memory limit for what is read from now on. Defaults to 1.5 GiB.
    pub(crate) fn limit_memory(&mut self, limit: MemoryLimit) {
        if let ReaderSource::Xml(xml) = &mut self.form {
            xml.limit_memory(limit);
        }
    }

    /// Counts memory used by what was read.
    #[inline]
    fn take_memory(&mut self, bytes: usize) -> Result<()> {
        match &mut self.form {
            ReaderSource::Xml(xml) => xml.take_memory(bytes).map_err(|error| placed(&self.path, error)),
            #[cfg(feature = "serde")]
            ReaderSource::Json(_) => Ok(()),
        }
    }

    /// Returns the sender's members of the request that was read.
    pub fn received(&self) -> &Received {
        &self.received
    }

    // ---- the document --------------------------------------------------------------------------------------

    /// Reads the root element's start tag and returns its namespace and local name.
    pub(crate) fn root(&mut self) -> Result<(String, String)> {
        let ReaderSource::Xml(xml) = &mut self.form else { return Err(self.error("not an XML document")) };
        xml.root()?;
        Ok((xml.namespace()?.to_owned(), xml.tag.local().to_owned()))
    }

    pub(super) fn root_element(&mut self) -> Result<Element> {
        self.root()?;
        self.element()
    }

    /// Returns namespace and local name of the element that `child` found, or of the next child if unknown.
    pub(crate) fn name(&self) -> Result<(String, String)> {
        match &self.form {
            ReaderSource::Xml(xml) => Ok((xml.namespace()?.to_owned(), xml.tag.local().to_owned())),
            #[cfg(feature = "serde")]
            ReaderSource::Json(json) => Ok((String::new(), json.key().to_owned())),
        }
    }

    /// Advances to the next child, whatever its name; `false` at the end of the parent.
    pub(crate) fn any_child(&mut self, at: &mut At) -> Result<bool> {
        match self.step(at, &[])? {
            NextChild::End => Ok(false),
            NextChild::Known(_) | NextChild::Unknown => Ok(true),
        }
    }

    /// Refuses anything after the document.
    pub(crate) fn finish(&mut self) -> Result<()> {
        match &mut self.form {
            ReaderSource::Xml(xml) => xml.finish(),
            #[cfg(feature = "serde")]
            ReaderSource::Json(_) => Ok(()),
        }
    }

    /// Paths start below this element.
    pub(crate) fn forget_path(&mut self) {
        self.path.clear();
    }

    // ---- the loop ------------------------------------------------------------------------------------------

    /// Enters the content of the element that was found. `declared` is the name of its type, which `xsi:type` may
    /// repeat; empty if `xsi:type` has been handled or is not possible.
    pub fn enter(&mut self, declared: &'static str) -> Result<At> {
        if !declared.is_empty() {
            self.derived(&[declared])?;
        }
        let mut at = At::new(self.path.len(), Mode::Plain);
        match &mut self.form {
            ReaderSource::Xml(xml) => {
                if xml.tag.empty {
                    xml.close_empty();
                    at.mode = Mode::Ended;
                }
            }
            #[cfg(feature = "serde")]
            ReaderSource::Json(json) => json.enter().map_err(|message| self.error(message))?,
        }
        Ok(at)
    }

    /// Reads the members of the element that was found into `value`.
    pub fn members(&mut self, value: &mut dyn Members, members: &MemberNames) -> Result<()> {
        let MemberNames { ty, names, required, asked } = *members;
        let mut at = self.enter(ty)?;
        loop {
            match self.step(&mut at, names)? {
                NextChild::Known(index) => value.member(self, index)?,
                NextChild::End => return self.leave(at, names, required, asked),
                NextChild::Unknown => match value.any() {
                    Some(any) => self.keep_unknown(any)?,
                    None => {
                        self.look_for_stray(&mut at, names)?;
                        self.skip_unknown()?;
                    }
                },
            }
        }
    }

    /// Advances to the next member that `names` lists and returns its index; `None` at the end of the element.
    pub fn child(&mut self, at: &mut At, names: &[&'static str]) -> Result<Option<usize>> {
        loop {
            match self.step(at, names)? {
                NextChild::Known(index) => return Ok(Some(index)),
                NextChild::End => return Ok(None),
                NextChild::Unknown => {
                    self.look_for_stray(at, names)?;
                    self.skip_unknown()?;
                }
            }
        }
    }

    /// As [`child`](Self::child), for a type with open content: other elements are kept.
    pub fn child_or_any(
        &mut self,
        at: &mut At,
        names: &[&'static str],
        any: &mut Vec<Element>,
    ) -> Result<Option<usize>> {
        loop {
            match self.step(at, names)? {
                NextChild::Known(index) => return Ok(Some(index)),
                NextChild::End => return Ok(None),
                NextChild::Unknown => self.keep_unknown(any)?,
            }
        }
    }

    // Called once for each member: a call of its own costs a thirtieth of all reading.
    #[inline(always)]
    fn step(&mut self, at: &mut At, names: &[&'static str]) -> Result<NextChild> {
        self.path.truncate(at.level);
        if at.mode != Mode::Plain {
            return self.unusual_step(at, names);
        }
        let found = match &mut self.form {
            ReaderSource::Xml(xml) => loop {
                // Members nearly always come in the order of the contract.
                if let Some(name) = names.get(at.next)
                    && xml.step_into(name).map_err(|error| placed(&self.path, error))?
                {
                    break Some(at.next);
                }
                match xml.step().map_err(|error| placed(&self.path, error))? {
                    SourceStep::End => return Ok(NextChild::End),
                    SourceStep::Child => break find(names, at.next, xml)?,
                    SourceStep::Text if self.strict => return Err(self.error("found text between members")),
                    SourceStep::Text => {
                        let path = path_without_indexes(&self.path);
                        self.notices.add(NoticeKind::StrayText, path, "");
                    }
                }
            },
            #[cfg(feature = "serde")]
            ReaderSource::Json(json) => match json.step(names, at.next) {
                None => return Ok(NextChild::End),
                Some(found) => found,
            },
        };
        self.found(at, names, found)
    }

    #[inline]
    fn found(&mut self, at: &mut At, names: &[&'static str], found: Option<usize>) -> Result<NextChild> {
        let Some(index) = found else { return Ok(NextChild::Unknown) };
        self.path.push(PathStep { name: names[index], index: 0 });
        self.order(at, index)?;
        Ok(NextChild::Known(index))
    }

    /// Tracks the members found, to check order, duplicates and absence.
    #[inline]
    fn order(&mut self, at: &mut At, index: usize) -> Result<()> {
        self.again = at.meet(index);
        if index + 1 < at.next && self.cares_for_order() {
            self.passed(NoticeKind::MisorderedMember, "")?;
        }
        at.next = index;
        if !self.again {
            at.next = index + 1;
        }
        Ok(())
    }

    fn cares_for_order(&self) -> bool {
        // Members of JSON have no order, and tolerant reading does not report the order.
        self.strict && matches!(self.form, ReaderSource::Xml(_))
    }

    /// Leaves an element. Missing members of the mask `required` are noticed, or refused when strict; in the JSON form
    /// missing members of the mask `asked` are refused.
    #[cfg_attr(not(feature = "serde"), expect(unused_variables, reason = "`asked` is for the JSON form"))]
    pub fn leave(&mut self, at: At, names: &[&'static str], required: u128, asked: u128) -> Result<()> {
        self.path.truncate(at.level);
        let missing = match &mut self.form {
            ReaderSource::Xml(_) => required & !at.seen,
            #[cfg(feature = "serde")]
            ReaderSource::Json(json) => {
                json.leave();
                asked & !at.seen
            }
        };
        if missing == 0 { Ok(()) } else { self.missing(&at, names, &[missing]) }
    }

    /// As [`leave`](Self::leave), for more members than a word has bits.
    #[cfg_attr(not(feature = "serde"), expect(unused_variables, reason = "`asked` is for the JSON form"))]
    pub fn leave_wide(
        &mut self,
        at: At,
        names: &[&'static str],
        required: &'static [u128],
        asked: &'static [u128],
    ) -> Result<()> {
        self.path.truncate(at.level);
        let mask = match &mut self.form {
            ReaderSource::Xml(_) => required,
            #[cfg(feature = "serde")]
            ReaderSource::Json(json) => {
                json.leave();
                asked
            }
        };
        self.missing(&at, names, mask)
    }

    /// Notices the missing members of the mask.
    #[cold]
    fn missing(&mut self, at: &At, names: &[&'static str], mask: &[u128]) -> Result<()> {
        for (index, name) in names.iter().enumerate() {
            let is_wanted = mask.get(index / WORD).is_some_and(|word| word >> (index % WORD) & 1 != 0);
            if is_wanted && !at.has_met(index) {
                self.path.push(PathStep { name, index: 0 });
                let strayed =
                    at.rare.iter().flat_map(|rare| &rare.strayed).find(|strayed| strayed.0 == index);
                if let Some((_, namespace)) = strayed {
                    return Err(self.error(format!(
                        "the member is in the namespace `{namespace}`, not in the contract's"
                    )));
                }
                self.passed(NoticeKind::AbsentMember, "")?;
                self.path.pop();
            }
        }
        Ok(())
    }

    pub(crate) fn skip(&mut self) -> Result<()> {
        match &mut self.form {
            ReaderSource::Xml(xml) => xml.skip().map_err(|error| placed(&self.path, error)),
            #[cfg(feature = "serde")]
            ReaderSource::Json(_) => Ok(()),
        }
    }
}

/// Finds the member for the element, trying the expected one first.
fn find(names: &[&'static str], expected: usize, xml: &source::XmlSource<'_>) -> Result<Option<usize>> {
    let among = |wanted: &str| find_from(names, expected, |name| *name == wanted);
    // Most names have no prefix, and need not be split.
    if xml.default_is_main()
        && let Some(found) = among(xml.tag.name)
    {
        return Ok(Some(found));
    }
    let local = xml.tag.local();
    if xml.is_main() {
        return Ok(among(local));
    }
    let namespace = xml.namespace()?;
    Ok(names.iter().position(|name| split_name(name) == (Some(namespace), local)))
}
