//! JSON Lines: one payload per line.

use std::collections::VecDeque;
use std::sync::LazyLock;

use memchr::memmem::Finder;
use serde_json::{Map, Value};

use super::line_reader::{self, LONGEST, LineEnd, next_line};
use super::repeated_errors::RepeatedErrors;
use super::{InputError, OnWarning, TextInput};
use crate::batch::contract::check;
use crate::batch::contract::open_content::open_members;
use crate::batch::kind::Kind;
use crate::batch::record::{GOODS_OWNER, Place, REJECTED, Record};
use crate::dynamic::json_from_text;

/// Reads a payload from each line that is not blank.
pub struct JsonLines {
    file: String,
    input: TextInput,
    line: u64,
    buffer: Vec<u8>,
    ended: bool,
    kind: &'static Kind,
    /// Members that the contract does not have.
    unknown: RepeatedErrors,
    on_warning: OnWarning,
    /// Errors of the current line that are not reported yet.
    problems: VecDeque<InputError>,
}

impl JsonLines {
    pub fn new(file: String, input: TextInput, kind: &'static Kind, on_warning: OnWarning) -> JsonLines {
        JsonLines {
            file,
            input,
            line: 0,
            buffer: Vec::new(),
            ended: false,
            kind,
            unknown: RepeatedErrors::default(),
            on_warning,
            problems: VecDeque::new(),
        }
    }

    fn wrong(&self, what: impl Into<String>) -> InputError {
        InputError::at(&self.file, self.line, what)
    }

    fn record(&mut self) -> Result<Record, InputError> {
        let text = std::str::from_utf8(&self.buffer).map_err(|error| {
            self.wrong(format!("not UTF-8 (byte {} of the line)", error.valid_up_to() + 1))
                .hint("save it as UTF-8; another encoding would garble names and addresses".to_owned())
        })?;
        let value = json_from_text(text).map_err(|error| self.not_json(&error))?;
        let Value::Object(mut payload) = value else { return Err(self.no_object(&value)) };
        payload.shift_remove(REJECTED);
        let goods_owner = self.goods_owner(&mut payload).inspect_err(|_| self.check(&mut payload))?;
        self.note_open_content(&payload);
        Ok(Record { place: Place { file: self.file.clone(), line: Some(self.line) }, goods_owner, payload })
    }

    /// All errors of a record are reported at once.
    fn check(&mut self, payload: &mut Map<String, Value>) {
        let Some(operation) = self.kind.operation() else { return };
        self.kind.apply_defaults(payload);
        let problems = check::problems(operation, payload).into_iter();
        self.problems = problems.map(|problem| self.wrong(problem.to_string()).hint(problem.hint)).collect();
    }

    /// "@any" is deliberate, but still reported.
    fn note_open_content(&mut self, payload: &Map<String, Value>) {
        let Some(operation) = self.kind.operation() else { return };
        static OPEN: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(b"\"@any\""));
        if OPEN.find(&self.buffer).is_none() {
            return;
        }
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

    fn goods_owner(&self, payload: &mut Map<String, Value>) -> Result<Option<String>, InputError> {
        match payload.shift_remove(GOODS_OWNER) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(code)) if !code.is_empty() => Ok(Some(code)),
            Some(other) => Err(self
                .wrong(format!("{GOODS_OWNER}: {other} is not the code of a goods owner"))
                .hint("the code is a text in quotes".to_owned())),
        }
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

impl Iterator for JsonLines {
    type Item = Result<Record, InputError>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(problem) = self.problems.pop_front() {
            return Some(Err(problem));
        }
        while !self.ended {
            self.line += 1;
            match next_line(&mut self.input, &mut self.buffer, LONGEST) {
                Ok(LineEnd::End) => {
                    self.ended = true;
                    self.unknown.take().for_each(|unknown| self.on_warning.tell(&unknown));
                }
                Ok(LineEnd::TooLong) => {
                    return Some(Err(
                        self.wrong(format!("the line is longer than {}", line_reader::in_mib(LONGEST)))
                    ));
                }
                Ok(LineEnd::Whole) if self.buffer.trim_ascii().is_empty() => {}
                Ok(LineEnd::Whole) => return Some(self.record()),
                Err(error) => {
                    self.ended = true;
                    return Some(Err(self.wrong(format!("the input cannot be read: {error}"))));
                }
            }
        }
        None
    }
}
