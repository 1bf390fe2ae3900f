//! Writes XML and the JSON form: the methods that generated code calls, one for each kind of member.
//!
//! An element's start tag stays open (`open`) until its first text or child, so that `write` can add attributes
//! without a second pass, and so that a value without content ends as `<a/>` or `{}`.

#[cfg(feature = "batch")]
pub(crate) mod cells;
#[cfg(feature = "batch")]
mod check;
mod element;
mod escape;
mod header;
#[cfg(feature = "serde")]
mod json_text;
mod member;
mod sender;

use std::fmt;

use escape::escape;
#[cfg(feature = "batch")]
pub(super) use json_text::push_string;

use super::notice::{NoticeKind, Notices};
use super::{Text, split_name};

/// A value that cannot be sent: its place and the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WriteError {
    /// Path of members to the value: `ProcessOrder.co.CustomerOrderLines.CustomerOrderLine[2].Batch`.
    pub path: String,
    /// What is wrong and what to do.
    pub message: String,
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.message)
    }
}

impl std::error::Error for WriteError {}

/// The sender of requests; each operation uses the members that it has.
#[derive(Clone, Copy, Default)]
pub struct Login<'a> {
    pub(crate) user_name: Option<&'a str>,
    pub(crate) password: Option<&'a str>,
    pub(crate) goods_owner_code: Option<&'a str>,
    pub(crate) goods_owner_id: Option<i32>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum WriterFormat {
    Xml,
    #[cfg(feature = "serde")]
    Json,
    /// Writes nothing; notes whether XML may be refused.
    #[cfg(feature = "batch")]
    Check,
}

struct WriterStep {
    name: &'static str,
    index: usize,
}

/// Writes one document.
pub struct Writer<'a> {
    out: String,
    form: WriterFormat,
    /// The element (in JSON form: the member) that was started last has no content yet.
    open: bool,
    /// In JSON form: the value that was written last is not an object.
    leaf: bool,
    /// In JSON form: the value that was written last is an unset enumeration, such as one missing in an answer.
    unset: bool,
    main: &'a str,
    login: Option<Login<'a>>,
    path: Vec<WriterStep>,
    /// Elements that changed the default namespace: depth and namespace.
    elsewhere: Vec<(usize, String)>,
    longest: Option<usize>,
    /// Prefixes made for attributes so far.
    prefixes: usize,
    problem: Option<WriteError>,
    notices: Notices,
    /// In JSON form: only single values that are columns of a table are written.
    #[cfg(feature = "batch")]
    cells: Option<Box<cells::CellSink<'a>>>,
}

impl<'a> Writer<'a> {
    /// A writer of XML whose plain names are in the namespace `main`, which the caller has declared as default.
    pub fn xml(main: &'a str, login: Option<Login<'a>>) -> Self {
        // Fits a short request, and is fast to allocate.
        let out = String::with_capacity(1024);
        Writer { out, path: Vec::with_capacity(8), ..Writer::empty(main, login) }
    }

    fn empty(main: &'a str, login: Option<Login<'a>>) -> Self {
        Writer {
            out: String::new(),
            form: WriterFormat::Xml,
            open: false,
            leaf: false,
            unset: false,
            main,
            login,
            path: Vec::new(),
            elsewhere: Vec::new(),
            longest: None,
            prefixes: 0,
            problem: None,
            notices: Notices::default(),
            #[cfg(feature = "batch")]
            cells: None,
        }
    }

    /// A writer of the JSON form.
    #[cfg(feature = "serde")]
    pub fn json() -> Self {
        // The first thing written is a value, as after `start`.
        Writer { form: WriterFormat::Json, open: true, ..Writer::xml("", None) }
    }

    fn fragment() -> Self {
        Writer { elsewhere: vec![(0, String::new())], ..Writer::xml("\u{0}", None) }
    }

    /// Ends writing: the text and what was noticed.
    ///
    /// # Errors
    /// A value cannot be sent; the error is the first one.
    pub fn finish(self) -> Result<(String, Notices), WriteError> {
        match self.problem {
            Some(problem) => Err(problem),
            None => Ok((self.out, self.notices)),
        }
    }

    pub(crate) fn into_text(self) -> String {
        self.out
    }

    /// Sets memory aside for so many bytes more.
    #[cfg(feature = "serde")]
    pub(super) fn make_room(&mut self, bytes: usize) {
        self.out.reserve(bytes);
    }

    /// Copies valid markup: the envelope around a request.
    pub(crate) fn raw(&mut self, markup: &str) {
        self.out.push_str(markup);
    }

    /// Length of the text so far.
    pub(crate) fn length(&self) -> usize {
        self.out.len()
    }

    /// Removes unneeded markup by truncating the text to this length.
    pub(crate) fn take_back(&mut self, length: usize) {
        self.out.truncate(length);
    }

    #[inline]
    fn is_json(&self) -> bool {
        self.form != WriterFormat::Xml && !self.only_checks()
    }

    #[cfg(feature = "batch")]
    #[inline]
    fn only_checks(&self) -> bool {
        self.form == WriterFormat::Check
    }

    #[cfg(not(feature = "batch"))]
    fn only_checks(&self) -> bool {
        false
    }

    // ---- text ----------------------------------------------------------------------------------------------

    /// The next text written is meant to have at most this many characters; more is noticed.
    pub fn longest(&mut self, characters: usize) -> &mut Self {
        self.longest = Some(characters);
        self
    }

    /// The text of the element that is open.
    pub fn text<T: Text>(&mut self, value: &T) {
        #[cfg(feature = "batch")]
        if self.only_checks() {
            return self.check_only(value);
        }
        if T::LISTED {
            return self.listed(value.as_text().unwrap_or_default(), value.is_known(), T::EXPECTED);
        }
        self.check(value);
        #[cfg(feature = "serde")]
        if self.is_json() {
            #[cfg(feature = "batch")]
            if self.cells.is_some() {
                return self.cell_text(T::SECRET, &|text| value.format(text));
            }
            (self.open, self.leaf) = (false, true);
            return json_text::push_text(&mut self.out, value);
        }
        self.content_begins();
        match value.as_text() {
            Some(text) => self.escaped(text, false),
            None if T::ESCAPED => {
                let mut text = String::new();
                value.format(&mut text);
                self.escaped(&text, false);
            }
            None => value.format_xml(&mut self.out),
        }
    }

    fn check<T: Text>(&mut self, value: &T) {
        if !value.is_known() {
            let mut text = String::new();
            value.format(&mut text);
            self.unknown(&text, T::EXPECTED);
        }
        self.check_length(value.as_text());
    }

    #[inline]
    fn check_length(&mut self, text: Option<&str>) {
        if let (Some(longest), Some(text)) = (self.longest.take(), text)
            && text.len() > longest
            // Only what is sent can be too long.
            && !self.is_json()
        {
            self.long(text, longest);
        }
    }

    // Code that does not depend on the type of the value is in functions of its own, so that it is compiled once.

    /// The text of an enumeration's value.
    fn listed(&mut self, text: &str, is_known: bool, expected: &str) {
        if !is_known {
            self.unknown(text, expected);
        }
        self.check_length(Some(text));
        #[cfg(feature = "serde")]
        if self.is_json() {
            #[cfg(feature = "batch")]
            if self.cells.is_some() {
                return self.cell_text(false, &|cell| cell.push_str(text));
            }
            (self.open, self.leaf) = (false, true);
            return json_text::push_string(&mut self.out, text);
        }
        self.content_begins();
        self.escaped(text, false);
    }

    /// Records that the value of an enumeration is not in the contract.
    #[cold]
    fn unknown(&mut self, text: &str, expected: &str) {
        if self.is_json() {
            // The JSON form shows an answer as it is; only XML is sent.
            self.unset = text.is_empty();
            return;
        }
        self.refuse(match text {
            "" => format!("no value is set; expected {expected}"),
            text => format!("`{text}` is not {expected}"),
        });
    }

    /// Notices a text that is longer than this number of characters. Its bytes already are more than that.
    #[cold]
    fn long(&mut self, text: &str, longest: usize) {
        let length = crate::text::length(text);
        if length > longest {
            let detail = format!("{length} characters; the service keeps at most {longest}");
            self.notices.add(NoticeKind::TooLong, self.path_text(), &detail);
        }
    }

    fn escaped(&mut self, text: &str, attribute: bool) {
        if let Some(found) = escape(&mut self.out, text, attribute) {
            self.refuse(format!(
                "the text contains the character U+{:04X}, which XML does not allow; remove it",
                u32::from(found)
            ));
        }
    }

    // ---- elements ------------------------------------------------------------------------------------------

    /// Opens a member, which [`end`](Self::end) closes; `false` if nothing is wanted of it.
    fn begin(&mut self, name: &'static str) -> bool {
        #[cfg(feature = "batch")]
        if self.cells.is_some() {
            return self.begin_cells(name);
        }
        self.start(name);
        true
    }

    /// Opens an element; [`end`](Self::end) closes it.
    pub(crate) fn start(&mut self, name: &'static str) {
        if self.is_json() {
            self.out.push_str(if self.open { "{\"" } else { ",\"" });
            self.out.push_str(split_name(name).1);
            self.out.push_str("\":");
        } else {
            self.content_begins();
            self.out.push('<');
            if name.starts_with('{') || !self.elsewhere.is_empty() {
                self.start_elsewhere(name);
            } else {
                self.out.push_str(name);
            }
        }
        self.path.push(WriterStep { name, index: 0 });
        self.open = true;
    }

    /// Writes outside of the root element, without a default namespace, and returns whether anything was written.
    pub(crate) fn outside(&mut self, write: &dyn Fn(&mut Self) -> bool) -> bool {
        self.elsewhere.push((0, String::new()));
        let written = write(self);
        self.elsewhere.pop();
        written
    }

    /// Opens the root element, which declares its namespace as the default one.
    pub(crate) fn root(&mut self, name: &'static str) {
        let (namespace, local) = split_name(name);
        self.out.push('<');
        self.out.push_str(local);
        self.declare_default(namespace.unwrap_or(self.main));
        if let Some(namespace) = namespace {
            self.elsewhere.push((self.path.len() + 1, namespace.to_owned()));
        }
        self.path.push(WriterStep { name, index: 0 });
        self.open = true;
    }

    /// As [`root`](Self::root), for a separate document, in which `xsi:nil` and `xsi:type` need their prefix.
    #[cfg(feature = "serde")]
    pub(crate) fn root_with_xsi(&mut self, name: &'static str) {
        self.root(name);
        self.out.push_str(" xmlns:xsi=\"");
        self.out.push_str(super::scope::XSI);
        self.out.push('"');
    }

    /// The slow way, for a name outside the main namespace or below one.
    fn start_elsewhere(&mut self, name: &'static str) {
        let (namespace, local) = split_name(name);
        let namespace = namespace.unwrap_or(self.main);
        self.out.push_str(local);
        if namespace != self.default_namespace() {
            self.declare_default(namespace);
            self.elsewhere.push((self.path.len() + 1, namespace.to_owned()));
        }
    }

    fn declare_default(&mut self, namespace: &str) {
        self.out.push_str(" xmlns=\"");
        self.escaped(namespace, true);
        self.out.push('"');
    }

    fn default_namespace(&self) -> &str {
        self.elsewhere.last().map_or(self.main, |(_, namespace)| namespace)
    }

    fn in_main(&self) -> bool {
        self.default_namespace() == self.main
    }

    /// Closes the element that was opened last.
    pub(crate) fn end(&mut self) {
        if self.is_json() {
            #[cfg(feature = "batch")]
            if self.cells.is_some() {
                return self.end_cells();
            }
            self.end_json_value();
            self.path.pop();
            return;
        }
        if self.elsewhere.last().is_some_and(|(depth, _)| *depth == self.path.len()) {
            self.elsewhere.pop();
        }
        let Some(step) = self.path.pop() else { return };
        if self.open {
            self.out.push_str("/>");
            self.open = false;
        } else {
            self.out.push_str("</");
            self.out.push_str(split_name(step.name).1);
            self.out.push('>');
        }
    }

    /// Closes what a value's `write` began: nothing for text, else an object.
    pub(crate) fn end_json_value(&mut self) {
        if std::mem::take(&mut self.leaf) {
            return;
        }
        self.out.push_str(if self.open { "{}" } else { "}" });
        self.open = false;
    }

    fn nil(&mut self, name: &'static str) {
        self.longest = None;
        if self.is_json() || self.only_checks() {
            return;
        }
        self.start(name);
        self.nil_content();
        self.end();
    }

    fn nil_content(&mut self) {
        if self.only_checks() {
            return;
        }
        if self.is_json() {
            self.out.push_str("null");
            (self.open, self.leaf) = (false, true);
        } else {
            self.out.push_str(" xsi:nil=\"true\"");
        }
    }

    fn content_begins(&mut self) {
        if self.open {
            self.out.push('>');
            self.open = false;
        }
    }

    // ---- where we are ----------------------------------------------------------------------------------------

    fn number(&mut self, index: usize) {
        if let Some(step) = self.path.last_mut() {
            step.index = index + 1;
        }
    }

    fn path_text(&self) -> String {
        let mut text = String::new();
        for step in &self.path {
            if !text.is_empty() {
                text.push('.');
            }
            text.push_str(split_name(step.name).1);
            if step.index > 0 {
                text.push_str(&format!("[{}]", step.index));
            }
        }
        text
    }

    /// Records that the request cannot be sent. The first reason is kept.
    fn refuse(&mut self, message: String) {
        if self.problem.is_none() {
            self.problem = Some(WriteError { path: self.path_text(), message });
        }
    }
}

/// The generated prefix of an attribute.
fn made_prefix(number: usize) -> String {
    format!("a{number}")
}
