//! The input of a call: its source, format and errors.

use std::io::Read as _;
use std::{fs, io};

use ongoing_wms::api::TYPES;
use ongoing_wms::batch::input::not_text;
use ongoing_wms::batch::{OpenMember, open_members, placeholders};
use ongoing_wms::dynamic::{Request, find_type, json_from_text, request_from_json, request_from_xml};
use ongoing_wms::operation::{MemberInfo, OperationInfo};
use ongoing_wms::suggest::{did_you_mean, did_you_mean_one_of};
use ongoing_wms::xml::ReadError;
use serde_json::Value;

use super::exit::Exit;
use super::failure::{Failure, warn};
use super::skeleton::RequestFormat;

/// A text and its source.
pub struct NamedText {
    name: String,
    text: String,
}

impl NamedText {
    /// Reads a file, or standard input for `-`.
    pub fn read(path: &str) -> Result<NamedText, Failure> {
        let (name, read) = match path {
            "-" => {
                let mut bytes = Vec::new();
                ("standard input".to_owned(), io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes))
            }
            path => (path.to_owned(), fs::read(path)),
        };
        let bytes =
            read.map_err(|error| Failure::new(Exit::BadInput, format!("{name} cannot be read: {error}")))?;
        let text = String::from_utf8(bytes).map_err(|error| {
            if let Some((what, hint)) = not_text(error.as_bytes()) {
                return Failure::new(Exit::BadInput, format!("{name}: {what}")).hint(hint);
            }
            let at = error.utf8_error().valid_up_to();
            Failure::new(Exit::BadInput, format!("{name} is not UTF-8 (byte {at})"))
                .hint("save it as UTF-8; another encoding would garble names and addresses")
        })?;
        // Editors on Windows write a byte-order mark at the start.
        let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
        Ok(NamedText { name, text })
    }

    /// No input, for operations that need none.
    pub fn none() -> NamedText {
        NamedText { name: "no input".to_owned(), text: "{}".to_owned() }
    }

    /// Input from the command line.
    pub fn given(text: &str) -> NamedText {
        NamedText { name: "--input".to_owned(), text: text.to_owned() }
    }

    /// Returns the same input with another value.
    pub fn with_json(self, value: &Value) -> NamedText {
        NamedText { name: self.name, text: value.to_string() }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The request, in the given format or the one that the first character shows.
    pub fn request(
        &self,
        operation: &'static OperationInfo,
        format: Option<RequestFormat>,
    ) -> Result<Box<dyn Request>, Failure> {
        let format = format.unwrap_or(match self.text.trim_start().starts_with('<') {
            true => RequestFormat::Xml,
            false => RequestFormat::Json,
        });
        match format {
            RequestFormat::Json => {
                let value = self.json(operation.name)?;
                let request = request_from_json(operation, &value).map_err(|error| {
                    let failure = self.wrong(operation, &error);
                    match placeholders(&value).first() {
                        Some(path) => failure.hint(format!(
                            "replace the placeholder `?` at {path} and everywhere else with a value"
                        )),
                        None => failure,
                    }
                })?;
                // "@any" is deliberate, so this is not an error.
                open_members(operation, &value).iter().for_each(|open| self.tell_open(open));
                Ok(request)
            }
            RequestFormat::Xml => {
                let request =
                    request_from_xml(operation, &self.text).map_err(|error| self.wrong(operation, &error))?;
                self.no_typing_errors(operation, request.as_ref())?;
                Ok(request)
            }
        }
    }

    /// In XML a misspelled member becomes open content, which the service would drop.
    fn no_typing_errors(&self, operation: &OperationInfo, request: &dyn Request) -> Result<(), Failure> {
        let (near, unknown): (Vec<_>, Vec<_>) =
            open_members(operation, &request.to_json()).into_iter().partition(|open| open.near.is_some());
        unknown.iter().for_each(|open| self.tell_open(open));
        let mut near = near.iter().map(|open| {
            let hint = open.near.as_deref().unwrap_or_default();
            (format!("{}: {} has no member `{}`", open.path, open.ty, open.name), hint)
        });
        let Some((what, hint)) = near.next() else { return Ok(()) };
        let mut failure = Failure::new(Exit::BadInput, format!("{}: {what}", self.name)).hint(hint);
        for (what, hint) in near {
            failure = failure.hint(format!("also: {what} ({hint})"));
        }
        Err(failure.hint("to send a member that the contract does not have, use JSON and \"@any\""))
    }

    fn tell_open(&self, open: &OpenMember) {
        let near = open.near.as_ref().map_or(String::new(), |near| format!(" ({near})"));
        warn(format!(
            "{}: {}: {} has no member `{}`; it is sent, but the service may drop it{near}",
            self.name, open.path, open.ty, open.name
        ));
    }

    /// Parses the JSON input, without duplicate members.
    pub fn json(&self, operation: &str) -> Result<Value, Failure> {
        json_from_text(&self.text).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            let text = error.to_string();
            // The place is at the start of the message, where editors look for it.
            let what = text.rsplit_once(" at line ").map_or(text.as_str(), |(what, _)| what);
            let problem = if error.is_data() { "" } else { "not JSON: " };
            let failure =
                Failure::new(Exit::BadInput, format!("{}:{line}:{column}: {problem}{what}", self.name));
            match self.text.trim().is_empty() {
                true => failure.hint(format!(
                    "the input is empty; `ongoing skeleton {operation}` prints input to fill in"
                )),
                false => failure.maybe_hint(self.quoted(line, column)),
            }
        })
    }

    /// The line with the error, and a mark below it.
    fn quoted(&self, line: usize, column: usize) -> Option<String> {
        let text = self.text.lines().nth(line.checked_sub(1)?)?;
        // Counts characters, not bytes, and shows only the end of a long line before the mark.
        let at = text.get(..column.saturating_sub(1))?.chars().count();
        let start = at.saturating_sub(60);
        let shown: String =
            text.chars().skip(start).take(76).map(|c| if c == '\t' { ' ' } else { c }).collect();
        Some(format!("in this line:\n{shown}\n{}^", " ".repeat(at - start)))
    }

    fn wrong(&self, operation: &'static OperationInfo, error: &ReadError) -> Failure {
        let place = match error.offset {
            Some(offset) => {
                let (line, column) = line_and_column(&self.text, offset);
                format!("{}:{line}:{column}", self.name)
            }
            None => self.name.clone(),
        };
        let path = if error.path.is_empty() { String::new() } else { format!(" {}:", error.path) };
        let failure = Failure::new(Exit::BadInput, format!("{place}:{path} {}", error.message));
        failure.maybe_hint(nearest_member(operation, error)).hint(format!(
            "`ongoing describe {0}` shows the members, `ongoing skeleton {0}` prints input to fill in",
            operation.name
        ))
    }
}

fn line_and_column(text: &str, offset: u64) -> (usize, usize) {
    let offset = usize::try_from(offset).unwrap_or(usize::MAX).min(text.len());
    let before = text.as_bytes().get(..offset).unwrap_or_default();
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    (line, String::from_utf8_lossy(&before[start..]).chars().count() + 1)
}

/// For an unknown member or value: similar names.
pub fn nearest_member(operation: &'static OperationInfo, error: &ReadError) -> Option<String> {
    let given = error.unknown_name()?;
    let mut members = operation.members;
    let mut values = Vec::new();
    for step in error.path.split('.') {
        let step = step.split('[').next().unwrap_or_default();
        let Some(member) = members.iter().find(|member| member.name == step) else { continue };
        let ty = find_type(member.ty)?;
        (members, values) = (ty.members, ty.value_names());
    }
    if !values.is_empty() {
        return Some(did_you_mean_one_of(given, "values", &values));
    }
    let names = || members.iter().filter(|member| !member.sender).map(|member| member.name);
    did_you_mean(given, names()).or_else(|| {
        let elsewhere: Vec<&str> =
            TYPES.iter().filter(|ty| has_member(ty.members, given)).map(|ty| ty.name).take(3).collect();
        (!elsewhere.is_empty()).then(|| format!("`{given}` is a member of {}", elsewhere.join(", ")))
    })
}

fn has_member(members: &[MemberInfo], name: &str) -> bool {
    members.iter().any(|member| member.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_of_an_editor() {
        assert_eq!(line_and_column("ab\nåc", 6), (2, 3));
        assert_eq!(line_and_column("", 9), (1, 1));
    }
}
