//! Reading: the methods that generated code calls, one for each kind of member, from XML or from the JSON form.
//!
//! A type's `read` is a loop over [`Reader::child`], which says which member comes next; the slot methods read that
//! member into its field. Tolerant by default: what the contract does not know is skipped and noticed. With
//! [`Reader::strict`] it is an error.
#![cfg_attr(not(feature = "serde"), allow(irrefutable_let_patterns))]

mod error;
mod header;
mod message;
mod round;
mod row;
mod slot;

use std::borrow::Cow;
use std::fmt;

pub use error::{ReadError, Result};

use super::any::Element;
#[cfg(feature = "serde")]
use super::json::JsonSource;
use super::memory::MemoryLimit;
use super::notice::{NoticeKind, Notices};
use super::source::{self, Step};
use super::watch::{Watch, Watched};
use super::{Text, ValueError, split_name};

/// The sender's members of a request, which no generated type holds.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Received {
    /// UserName.
    pub user_name: Option<String>,
    /// Password.
    pub password: Option<String>,
    /// GoodsOwnerCode.
    pub goods_owner_code: Option<String>,
    /// GoodsOwnerId.
    pub goods_owner_id: Option<i32>,
}

impl fmt::Debug for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Received")
            .field("user_name", &self.user_name)
            .field("password", &self.password.as_ref().map(|_| "***"))
            .field("goods_owner_code", &self.goods_owner_code)
            .field("goods_owner_id", &self.goods_owner_id)
            .finish()
    }
}

/// How far the reading of one value has come.
#[derive(Debug)]
pub struct At {
    /// Length of the path to the value.
    level: usize,
    /// Index of the member that the contract expects next.
    next: usize,
    /// Bit `i` is set when member `i` was met, for the first 128 members.
    seen: u128,
    mode: Mode,
    rare: Option<Box<Rare>>,
}

/// How the next child is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// By reading on.
    Plain,
    /// There is none.
    Ended,
    /// It has been read: a group before it ended there.
    Held,
    /// In one round of a repeated group, of which the first child has been read.
    RoundBegun,
    Round,
}

/// What few values need.
#[derive(Debug, Default)]
struct Rare {
    /// As `seen`, for members from the 129th on.
    beyond: Vec<u128>,
    /// Members that came in another namespace: index, and that namespace.
    strayed: Vec<(usize, String)>,
    round: round::Round,
}

impl At {
    fn new(level: usize, mode: Mode) -> At {
        At { level, next: 0, seen: 0, mode, rare: None }
    }

    /// Notes that a member was met; whether it had been met before.
    #[inline]
    fn meet(&mut self, index: usize) -> bool {
        let word = match index / WORD {
            0 => &mut self.seen,
            more => self.beyond(more),
        };
        let bit = 1u128 << (index % WORD);
        let again = *word & bit != 0;
        *word |= bit;
        again
    }

    #[cold]
    fn beyond(&mut self, word: usize) -> &mut u128 {
        let beyond = &mut self.rare.get_or_insert_default().beyond;
        if beyond.len() < word {
            beyond.resize(word, 0);
        }
        &mut beyond[word - 1]
    }

    fn has_met(&self, index: usize) -> bool {
        let word = match (index / WORD, &self.rare) {
            (0, _) => self.seen,
            (more, Some(rare)) => rare.beyond.get(more - 1).copied().unwrap_or_default(),
            (_, None) => 0,
        };
        word >> (index % WORD) & 1 != 0
    }
}

/// Members of one word of a mask.
const WORD: usize = 128;

/// How many of the members that a service passes over are named.
const MOST_PASSED_OVER: usize = 100;

struct PathStep {
    name: &'static str,
    index: usize,
}

enum Form<'a> {
    Xml(source::Source<'a>),
    #[cfg(feature = "serde")]
    Json(JsonSource<'a>),
}

enum Child {
    Known(usize),
    Unknown,
    End,
}

/// Reads one document.
pub struct Reader<'a> {
    form: Form<'a>,
    path: Vec<PathStep>,
    strict: bool,
    /// Reads a request as the service does: every value that is there must be one of its type. What is passed over.
    service: Option<Vec<String>>,
    /// The member that `child` found had been met before.
    again: bool,
    /// Reads a row that was cut out of an answer: a list in it of which nothing can be read is an error.
    in_row: bool,
    /// Number of elements that were skipped.
    skipped: u64,
    /// How the last round of a repeated group ended: how its parent goes on.
    after_round: Mode,
    notices: Notices,
    watched: Option<Watched>,
    received: Received,
}

impl<'a> Reader<'a> {
    /// A reader of XML text whose plain names are in the namespace `main`.
    pub fn new(text: &'a str, main: &str) -> Self {
        Self::with(Form::Xml(source::Source::new(text, main)))
    }

    /// A reader of the JSON form.
    #[cfg(feature = "serde")]
    pub fn json(value: &'a serde_json::Value) -> Self {
        // Members that the JSON form does not know are always refused: a typing error must not lose data.
        Reader { strict: true, ..Self::with(Form::Json(JsonSource::new(value))) }
    }

    /// A reader that stands on an element without content.
    pub(crate) fn empty() -> Result<Self> {
        let mut p = Reader::new("<none/>", "");
        p.root()?;
        Ok(p)
    }

    fn with(form: Form<'a>) -> Self {
        Reader {
            form,
            path: Vec::new(),
            strict: false,
            service: None,
            again: false,
            in_row: false,
            skipped: 0,
            after_round: Mode::Plain,
            notices: Notices::default(),
            watched: None,
            received: Received::default(),
        }
    }

    /// Refuses unknown, misordered, repeated and absent required members and unknown enumeration text. Defaults
    /// to tolerant reading, which notices these and goes on.
    pub fn strict(mut self, strict: bool) -> Self {
        self.strict = strict;
        self
    }

    /// Reads as the service reads requests: members in any order, unknown ones skipped, but every value that is
    /// there must be one of its type. Empty or nil text is none, and neither is an enumeration text unlisted.
    #[cfg(feature = "sandbox")]
    pub(crate) fn as_service(&mut self) {
        self.service = Some(Vec::new());
    }

    /// What was passed over so far.
    pub fn notices(&self) -> &Notices {
        &self.notices
    }

    /// Adds what was passed over elsewhere in the same document.
    pub(crate) fn add_notices(&mut self, notices: Notices) {
        self.notices.merge(notices);
    }

    /// Keeps chosen elements below an answer that no type declares, from here on.
    pub(crate) fn watch(&mut self, watch: Watch) {
        self.watched = Some(Watched::new(watch));
    }

    /// The elements that were kept. None are kept from here on.
    pub(crate) fn take_watched(&mut self) -> Vec<Element> {
        self.watched.take().map(Watched::into_found).unwrap_or_default()
    }

    /// Sets how much memory may be taken for what is read from here on. Defaults to no limit.
    pub(crate) fn limit_memory(&mut self, limit: MemoryLimit) {
        if let Form::Xml(xml) = &mut self.form {
            xml.limit_memory(limit);
        }
    }

    /// Counts memory that is taken for what was read.
    #[inline]
    fn take_memory(&mut self, bytes: usize) -> Result<()> {
        match &mut self.form {
            Form::Xml(xml) => xml.take_memory(bytes).map_err(|error| placed(&self.path, error)),
            #[cfg(feature = "serde")]
            Form::Json(_) => Ok(()),
        }
    }

    /// The sender's members of the request that was read.
    pub fn received(&self) -> &Received {
        &self.received
    }

    // ---- the document --------------------------------------------------------------------------------------

    /// Reads the root element's start tag and gives its namespace and local name.
    pub(crate) fn root(&mut self) -> Result<(String, String)> {
        let Form::Xml(xml) = &mut self.form else { return Err(self.error("not an XML document")) };
        xml.root()?;
        Ok((xml.namespace()?.to_owned(), xml.tag.local().to_owned()))
    }

    pub(super) fn root_element(&mut self) -> Result<Element> {
        self.root()?;
        self.element()
    }

    /// Namespace and local name of the element that `child` found, or of the next child where it is unknown.
    pub(crate) fn name(&self) -> Result<(String, String)> {
        match &self.form {
            Form::Xml(xml) => Ok((xml.namespace()?.to_owned(), xml.tag.local().to_owned())),
            #[cfg(feature = "serde")]
            Form::Json(json) => Ok((String::new(), json.key().to_owned())),
        }
    }

    /// Goes to the next child whatever its name; `false` at the end of the parent.
    pub(crate) fn any_child(&mut self, at: &mut At) -> Result<bool> {
        match self.step(at, &[])? {
            Child::End => Ok(false),
            Child::Known(_) | Child::Unknown => Ok(true),
        }
    }

    /// Refuses anything after the document.
    pub(crate) fn finish(&mut self) -> Result<()> {
        match &mut self.form {
            Form::Xml(xml) => xml.finish(),
            #[cfg(feature = "serde")]
            Form::Json(_) => Ok(()),
        }
    }

    /// Paths begin below this element.
    pub(crate) fn forget_path(&mut self) {
        self.path.clear();
    }

    // ---- the loop ------------------------------------------------------------------------------------------

    /// Begins the content of the element that was found. `declared` is the name of its type, which `xsi:type` may
    /// repeat; empty where `xsi:type` has been dealt with or cannot stand.
    pub fn enter(&mut self, declared: &'static str) -> Result<At> {
        if !declared.is_empty() {
            self.derived(&[declared])?;
        }
        let mut at = At::new(self.path.len(), Mode::Plain);
        match &mut self.form {
            Form::Xml(xml) => {
                if xml.tag.empty {
                    xml.close_empty();
                    at.mode = Mode::Ended;
                }
            }
            #[cfg(feature = "serde")]
            Form::Json(json) => json.enter().map_err(|message| self.error(message))?,
        }
        Ok(at)
    }

    /// Goes to the next member that `names` lists and gives its index; `None` at the end of the element.
    pub fn child(&mut self, at: &mut At, names: &[&'static str]) -> Result<Option<usize>> {
        loop {
            match self.step(at, names)? {
                Child::Known(index) => return Ok(Some(index)),
                Child::End => return Ok(None),
                Child::Unknown => {
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
                Child::Known(index) => return Ok(Some(index)),
                Child::End => return Ok(None),
                Child::Unknown => self.keep_unknown(any)?,
            }
        }
    }

    fn step(&mut self, at: &mut At, names: &[&'static str]) -> Result<Child> {
        self.path.truncate(at.level);
        if at.mode != Mode::Plain {
            return self.unusual_step(at, names);
        }
        let found = match &mut self.form {
            Form::Xml(xml) => loop {
                // The contract says what comes next, nearly always.
                if let Some(name) = names.get(at.next)
                    && xml.step_into(name).map_err(|error| placed(&self.path, error))?
                {
                    break Some(at.next);
                }
                match xml.step().map_err(|error| placed(&self.path, error))? {
                    Step::End => return Ok(Child::End),
                    Step::Child => break find(names, at.next, xml)?,
                    Step::Text if self.strict => return Err(self.error("text between members")),
                    Step::Text => {
                        let path = path_without_indexes(&self.path);
                        self.notices.add(NoticeKind::StrayText, path, "");
                    }
                }
            },
            #[cfg(feature = "serde")]
            Form::Json(json) => match json.step(names, at.next) {
                None => return Ok(Child::End),
                Some(found) => found,
            },
        };
        self.found(at, names, found)
    }

    #[inline]
    fn found(&mut self, at: &mut At, names: &[&'static str], found: Option<usize>) -> Result<Child> {
        let Some(index) = found else { return Ok(Child::Unknown) };
        self.path.push(PathStep { name: names[index], index: 0 });
        self.order(at, index)?;
        Ok(Child::Known(index))
    }

    /// Keeps the account of what was met, for order, repetition and absence.
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

    /// Remembers a member that came in another namespace: no default may be made up for it.
    #[cold]
    fn look_for_stray(&mut self, at: &mut At, names: &[&'static str]) -> Result<()> {
        let Form::Xml(xml) = &self.form else { return Ok(()) };
        let local = xml.tag.local();
        if let Some(index) = names.iter().position(|name| split_name(name).1 == local) {
            at.rare.get_or_insert_default().strayed.push((index, xml.namespace()?.to_owned()));
        }
        Ok(())
    }

    fn cares_for_order(&self) -> bool {
        // Order means nothing in JSON, and tolerant reading of XML has nothing to say about it either.
        self.strict && matches!(self.form, Form::Xml(_))
    }

    /// Ends an element. Members of the mask `required` that were not met are noticed, or refused when strict; in the
    /// JSON form those of the mask `asked` are refused.
    #[cfg_attr(not(feature = "serde"), expect(unused_variables, reason = "`asked` is for the JSON form"))]
    pub fn leave(&mut self, at: At, names: &[&'static str], required: u128, asked: u128) -> Result<()> {
        self.path.truncate(at.level);
        let missing = match &mut self.form {
            Form::Xml(_) => required & !at.seen,
            #[cfg(feature = "serde")]
            Form::Json(json) => {
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
            Form::Xml(_) => required,
            #[cfg(feature = "serde")]
            Form::Json(json) => {
                json.leave();
                asked
            }
        };
        self.missing(&at, names, mask)
    }

    /// Notices the members of the mask that were not met.
    #[cold]
    fn missing(&mut self, at: &At, names: &[&'static str], mask: &[u128]) -> Result<()> {
        for (index, name) in names.iter().enumerate() {
            let is_wanted = mask.get(index / WORD).is_some_and(|word| word >> (index % WORD) & 1 != 0);
            if is_wanted && !at.has_met(index) {
                self.path.push(PathStep { name, index: 0 });
                let strayed =
                    at.rare.iter().flat_map(|rare| &rare.strayed).find(|strayed| strayed.0 == index);
                if let Some((_, namespace)) = strayed {
                    return Err(
                        self.error(format!("is in the namespace `{namespace}`, which is not the contract's"))
                    );
                }
                self.passed(NoticeKind::AbsentMember, "")?;
                self.path.pop();
            }
        }
        Ok(())
    }

    fn skip_unknown(&mut self) -> Result<()> {
        let is_kept = self.look_at_unknown();
        let (kind, name) = self.unknown_name()?;
        match is_kept && !self.strict {
            true => self.notices.add(NoticeKind::UndeclaredVerdict, path_without_indexes(&self.path), &name),
            false => self.passed(kind, &name)?,
        }
        self.skipped += 1;
        self.pass_over(&name);
        self.skip()
    }

    /// Notes a member by its path, where the service reads.
    fn pass_over(&mut self, name: &str) {
        let Some(passed) = &mut self.service else { return };
        let path = path_without_indexes(&self.path);
        let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        if passed.len() < MOST_PASSED_OVER && !passed.contains(&path) {
            passed.push(path);
        }
    }

    /// The members that the service passed over so far, each once, the first hundred.
    #[cfg(feature = "sandbox")]
    pub(crate) fn passed_over(&self) -> &[String] {
        self.service.as_deref().unwrap_or_default()
    }

    /// Whether the element that was found is kept because it says how the answer is meant.
    #[cold]
    fn look_at_unknown(&mut self) -> bool {
        let (Some(watched), Form::Xml(xml)) = (&mut self.watched, &self.form) else { return false };
        match self.path.as_slice() {
            [] => {
                watched.look_at_answer(xml);
                false
            }
            [result] => watched.look_at_result(xml, split_name(result.name).1),
            _ => false,
        }
    }

    /// The element that was found, whole, where the contract says nothing of what stands in it.
    pub(super) fn untyped_element(&mut self) -> Result<Element> {
        if let (Some(watched), Form::Xml(xml), [_]) = (&mut self.watched, &self.form, self.path.as_slice()) {
            watched.look_at_answer(xml);
        }
        self.element()
    }

    fn unknown_name(&self) -> Result<(NoticeKind, String)> {
        match &self.form {
            Form::Xml(xml) if xml.is_main() => Ok((NoticeKind::UnknownMember, xml.tag.local().to_owned())),
            Form::Xml(xml) => {
                let namespace = xml.namespace()?;
                Ok((NoticeKind::ForeignMember, format!("{{{namespace}}}{}", xml.tag.local())))
            }
            #[cfg(feature = "serde")]
            Form::Json(json) => Ok((NoticeKind::UnknownMember, json.key().to_owned())),
        }
    }

    fn keep_unknown(&mut self, any: &mut Vec<Element>) -> Result<()> {
        match &mut self.form {
            Form::Xml(_) => {
                self.look_at_unknown();
                if self.service.is_some() {
                    let (_, name) = self.unknown_name()?;
                    self.pass_over(&name);
                }
                any.push(self.element()?);
            }
            #[cfg(feature = "serde")]
            Form::Json(json) => {
                let Some(texts) = json.any() else { return self.skip_unknown() };
                for text in texts {
                    let text = text.map_err(|message| self.error(message))?;
                    let element = Element::from_xml(text)
                        .map_err(|error| self.error(format!("@any, {text:.40}: {}", error.message)))?;
                    any.push(element);
                }
            }
        }
        Ok(())
    }

    fn skip(&mut self) -> Result<()> {
        match &mut self.form {
            Form::Xml(xml) => xml.skip().map_err(|error| placed(&self.path, error)),
            #[cfg(feature = "serde")]
            Form::Json(_) => Ok(()),
        }
    }

    // ---- text --------------------------------------------------------------------------------------------------

    /// The element that was found, whole.
    pub(crate) fn element(&mut self) -> Result<Element> {
        match &mut self.form {
            Form::Xml(xml) => {
                let element = xml.element().map_err(|error| placed(&self.path, error))?;
                self.allowed_characters().map(|()| element)
            }
            #[cfg(feature = "serde")]
            Form::Json(json) => match json.text(super::Json::String) {
                Ok(text) => Element::from_xml(&text),
                Err(message) => Err(self.error(message)),
            },
        }
    }

    pub(super) fn text_value<T: Text>(&mut self) -> Result<T> {
        let text = self.text(T::JSON)?;
        self.take_memory(text.len())?;
        self.parse(&text)
    }

    #[cfg_attr(not(feature = "serde"), expect(unused_variables, reason = "`shown` is for the JSON form"))]
    fn text(&mut self, shown: super::Json) -> Result<Cow<'a, str>> {
        match &mut self.form {
            Form::Xml(xml) => {
                let text = xml.text().map_err(|error| placed(&self.path, error))?;
                self.allowed_characters().map(|()| text)
            }
            #[cfg(feature = "serde")]
            Form::Json(json) => json.text(shown).map_err(|message| self.error(message)),
        }
    }

    /// Notices a character that XML forbids in the text that was read last, or refuses it when strict.
    #[inline]
    fn allowed_characters(&mut self) -> Result<()> {
        let replaced = match &self.form {
            Form::Xml(xml) => xml.take_replaced(),
            #[cfg(feature = "serde")]
            Form::Json(_) => None,
        };
        match replaced {
            None => Ok(()),
            Some(code) => self.passed(NoticeKind::ForbiddenCharacter, &format!("U+{code:04X}")),
        }
    }

    fn parse<T: Text>(&mut self, text: &str) -> Result<T> {
        match T::parse(text) {
            Ok(value) if value.is_known() => Ok(value),
            Ok(value) => self.passed(NoticeKind::UnknownEnumeration, text).map(|()| value),
            Err(error) => Err(self.no_value(text, &error)),
        }
    }

    #[cold]
    fn no_value(&self, text: &str, error: &ValueError) -> Box<ReadError> {
        let empty_value = text.trim_ascii().is_empty();
        Box::new(ReadError { empty_value, ..bare(&self.path, self.offset(), error.to_string()) })
    }

    fn is_nil(&self) -> Result<bool> {
        match &self.form {
            Form::Xml(xml) => xml.is_nil(),
            #[cfg(feature = "serde")]
            Form::Json(json) => Ok(json.is_null()),
        }
    }

    // ---- reporting -----------------------------------------------------------------------------------------------

    #[inline]
    fn once(&mut self) -> Result<()> {
        if self.again { self.passed(NoticeKind::DuplicateMember, "") } else { Ok(()) }
    }

    /// Something that tolerant reading passes over and strict reading refuses.
    pub(crate) fn passed(&mut self, kind: NoticeKind, detail: &str) -> Result<()> {
        if self.strict && !matches!(kind, NoticeKind::EmptyValue | NoticeKind::NilItem) {
            return Err(self.refusal(kind, detail));
        }
        if self.service.is_some() && is_wrong_to_the_service(kind) {
            return Err(self.refusal(kind, detail));
        }
        self.notices.add(kind, path_without_indexes(&self.path), detail);
        Ok(())
    }

    fn refusal(&self, kind: NoticeKind, detail: &str) -> Box<ReadError> {
        self.error(match kind {
            NoticeKind::UnknownMember => format!("unknown member `{detail}`"),
            NoticeKind::ForeignMember => format!("member {detail} is of another namespace"),
            NoticeKind::AbsentMember => "is missing".to_owned(),
            NoticeKind::MisorderedMember => {
                "stands after a member that the contract puts behind it".to_owned()
            }
            NoticeKind::DuplicateMember => "is there twice".to_owned(),
            NoticeKind::NilContent => "is nil, and holds something all the same".to_owned(),
            NoticeKind::NilMember => "is nil, but must have a value".to_owned(),
            NoticeKind::UnknownEnumeration => format!("`{detail}` is not in the contract's list"),
            NoticeKind::HeaderBlock => format!("the header block `{detail}` must be understood, and is not"),
            NoticeKind::ForbiddenCharacter => format!("holds {detail}, a character that XML forbids"),
            NoticeKind::UnknownType => format!("type `{detail}` does not derive from the declared type"),
            other => format!("{other:?}"),
        })
    }

    fn number(&mut self, index: usize) {
        if let Some(step) = self.path.last_mut() {
            step.index = index + 1;
        }
    }

    fn offset(&self) -> Option<u64> {
        match &self.form {
            Form::Xml(xml) => Some(xml.offset()),
            #[cfg(feature = "serde")]
            Form::Json(_) => None,
        }
    }

    pub(crate) fn error(&self, message: impl Into<String>) -> Box<ReadError> {
        Box::new(bare(&self.path, self.offset(), message.into()))
    }
}

/// Whether the service refuses a request for it, where a tolerant reader goes on.
fn is_wrong_to_the_service(kind: NoticeKind) -> bool {
    matches!(kind, NoticeKind::NilMember | NoticeKind::UnknownEnumeration | NoticeKind::ForbiddenCharacter)
}

/// An error that no member round the present one may take as its own emptiness.
fn settled(mut error: Box<ReadError>) -> Box<ReadError> {
    error.empty_value = false;
    error
}

/// Finds the member that the element is, the expected one first.
fn find(names: &[&'static str], expected: usize, xml: &source::Source<'_>) -> Result<Option<usize>> {
    let among = |wanted: &str| {
        let (before, from) = names.split_at(expected.min(names.len()));
        let found = from.iter().position(|name| *name == wanted).map(|index| index + before.len());
        found.or_else(|| before.iter().position(|name| *name == wanted))
    };
    // Nearly all names have no prefix, so that they need not be taken apart.
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

fn bare(path: &[PathStep], offset: Option<u64>, message: String) -> ReadError {
    let mut text = String::new();
    for step in path {
        push_name(&mut text, step.name);
        if step.index > 0 {
            text.push_str(&format!("[{}]", step.index));
        }
    }
    ReadError { path: text, offset, message, empty_value: false }
}

/// Gives an error of the layer below the path that only this layer knows.
fn placed(path: &[PathStep], error: Box<ReadError>) -> Box<ReadError> {
    if error.path.is_empty() { Box::new(bare(path, error.offset, error.message)) } else { error }
}

fn path_without_indexes(path: &[PathStep]) -> String {
    let mut text = String::new();
    for step in path {
        push_name(&mut text, step.name);
    }
    text
}

fn push_name(text: &mut String, name: &str) {
    if !text.is_empty() {
        text.push('.');
    }
    text.push_str(split_name(name).1);
}
