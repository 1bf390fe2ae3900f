//! JSON Lines: one payload per line.

use std::collections::VecDeque;
use std::sync::{Arc, LazyLock};

use memchr::memmem::Finder;
use serde_json::{Map, Value};

use super::line_reader::{self, LONGEST, LineEnd, next_line};
use super::repeated_errors::RepeatedErrors;
use super::{InputError, OnWarning, TextInput, UnreadRecord};
use crate::batch::contract::check;
use crate::batch::contract::open_content::open_members;
use crate::batch::kind::Kind;
use crate::batch::record::{GOODS_OWNER, Place, REJECTED, Record};
use crate::dynamic::json_from_text;
use crate::xml::json_tree::{JsonTree, ParsedJson};

/// A line that is not parsed yet.
#[derive(Debug)]
pub(in crate::batch) struct JsonLine {
    file: Arc<str>,
    line: u64,
    text: Vec<u8>,
}

impl JsonLine {
    pub fn place(&self) -> Place {
        Place { file: self.file.as_ref().to_owned(), line: Some(self.line) }
    }

    /// The text without outer space, and what it says. `None` leaves the line to [`read`](Self::read).
    pub fn parse(&self) -> Option<(&str, ParsedJson<'_>)> {
        let text = std::str::from_utf8(&self.text).ok()?;
        Some((text.trim_ascii(), JsonTree::parse(text)?))
    }

    /// The record, or all its errors.
    pub fn read(&self, kind: &Kind) -> Result<Record, Vec<InputError>> {
        let mut payload = self.payload().map_err(|error| vec![error])?;
        payload.shift_remove(REJECTED);
        match self.goods_owner(&mut payload) {
            Ok(goods_owner) => Ok(Record { place: self.place(), goods_owner, payload }),
            // All errors of a record are reported at once.
            Err(error) => {
                let mut errors = vec![error];
                if let Some(operation) = kind.operation() {
                    kind.apply_defaults(&mut payload);
                    let problems = check::problems(operation, &payload).into_iter();
                    errors.extend(problems.map(|problem| self.wrong(problem.to_string()).hint(problem.hint)));
                }
                Err(errors)
            }
        }
    }

    fn payload(&self) -> Result<Map<String, Value>, InputError> {
        let text = std::str::from_utf8(&self.text).map_err(|error| {
            self.wrong(format!("not UTF-8 (byte {} of the line)", error.valid_up_to() + 1))
                .hint("save it as UTF-8; another encoding would garble names and addresses".to_owned())
        })?;
        match json_from_text(text).map_err(|error| self.not_json(&error))? {
            Value::Object(payload) => Ok(payload),
            other => Err(self.no_object(&other)),
        }
    }

    fn goods_owner(&self, payload: &mut Map<String, Value>) -> Result<Option<String>, InputError> {
        match payload.shift_remove(GOODS_OWNER) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(code)) if !code.is_empty() => Ok(Some(code)),
            Some(other) => Err(self
                .wrong(format!("{GOODS_OWNER}: {other} is not the code of a goods owner"))
                .hint("the code is a text in quotes".to_owned())),
        }
    }

    fn wrong(&self, what: impl Into<String>) -> InputError {
        InputError::at(&self.file, self.line, what)
    }

    fn not_json(&self, error: &serde_json::Error) -> InputError {
        let text = error.to_string();
        let what = text.rsplit_once(" at line ").map_or(text.as_str(), |(what, _)| what);
        let column = error.column();
        if error.is_data() {
            return self.wrong(format!("{what} (column {column})"));
        }
        let hint =
            error.is_eof().then(|| "each record must be on one line; `jq -c . FILE` writes it so".to_owned());
        self.wrong(format!("not JSON: {what} (column {column})")).hint(hint)
    }

    fn no_object(&self, value: &Value) -> InputError {
        let hint = value
            .is_array()
            .then(|| "`jq -c '.[]' FILE` puts each item of a list on its own line".to_owned());
        self.wrong("a record is an object with the members of the payload: {\"..\": ..}").hint(hint)
    }
}

/// Gives each line that is not blank.
pub(super) struct JsonLines {
    file: Arc<str>,
    input: TextInput,
    line: u64,
    ended: bool,
    kind: &'static Kind,
    /// Length of the last line: the next one is about as long.
    length: usize,
    /// Members that the contract does not have.
    unknown: RepeatedErrors,
    on_warning: OnWarning,
    /// Errors of the current line that are not reported yet.
    problems: VecDeque<InputError>,
}

impl JsonLines {
    pub fn new(file: String, input: TextInput, kind: &'static Kind, on_warning: OnWarning) -> JsonLines {
        JsonLines {
            file: file.into(),
            input,
            line: 0,
            ended: false,
            kind,
            length: 0,
            unknown: RepeatedErrors::default(),
            on_warning,
            problems: VecDeque::new(),
        }
    }

    fn wrong(&self, what: impl Into<String>) -> InputError {
        InputError::at(&self.file, self.line, what)
    }

    /// "@any" is deliberate, but still reported, in the order of the lines: such a line is read at once.
    fn unread(&mut self, text: Vec<u8>) -> UnreadRecord {
        static OPEN: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(b"\"@any\""));
        let is_open = OPEN.find(&text).is_some();
        let line = JsonLine { file: Arc::clone(&self.file), line: self.line, text };
        if !is_open {
            return UnreadRecord::Line(line);
        }
        UnreadRecord::Record(match line.read(self.kind) {
            Ok(record) => {
                self.note_open_content(&record.payload);
                Ok(record)
            }
            Err(errors) => {
                self.problems.extend(errors);
                // There is at least one.
                Err(self.problems.pop_front().unwrap_or_else(|| line.wrong("the line cannot be read")))
            }
        })
    }

    fn note_open_content(&mut self, payload: &Map<String, Value>) {
        let Some(operation) = self.kind.operation() else { return };
        for open in open_members(operation, &Value::Object(payload.clone())) {
            self.unknown.add(format!("{} {}", open.ty, open.name), self.line, || {
                let what = format!(
                    "{}: {} has no member `{}`; it is sent, but the service may drop it",
                    open.path, open.ty, open.name
                );
                InputError::at(&self.file, self.line, what).hint(open.near.clone())
            });
        }
    }
}

impl Iterator for JsonLines {
    type Item = UnreadRecord;

    fn next(&mut self) -> Option<UnreadRecord> {
        if let Some(problem) = self.problems.pop_front() {
            return Some(UnreadRecord::Record(Err(problem)));
        }
        while !self.ended {
            self.line += 1;
            let mut text = Vec::with_capacity(self.length);
            match next_line(&mut self.input, &mut text, LONGEST) {
                Ok(LineEnd::End) => {
                    self.ended = true;
                    self.unknown.take().for_each(|unknown| self.on_warning.tell(&unknown));
                }
                Ok(LineEnd::TooLong) => {
                    let what = format!("the line is longer than {}", line_reader::in_mib(LONGEST));
                    return Some(UnreadRecord::Record(Err(self.wrong(what))));
                }
                Ok(LineEnd::Whole) if text.trim_ascii().is_empty() => {}
                Ok(LineEnd::Whole) => {
                    self.length = text.len();
                    return Some(self.unread(text));
                }
                Err(error) => {
                    self.ended = true;
                    let what = format!("the input cannot be read: {error}");
                    return Some(UnreadRecord::Record(Err(self.wrong(what))));
                }
            }
        }
        None
    }
}
