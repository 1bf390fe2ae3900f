//! The verdict of an answer about its own success, in declared and undeclared members.
//!
//! Contracts of different years declare different members, so the service may refuse in a member that the contract at
//! hand does not have. Only direct children of the result (or of a response without one) and its own lists of errors
//! count, never rows: `Order.Success` is data.

use crate::effect::Effect;
use crate::fault::Refusal;
use crate::xml::{Element, KeepRule};

/// The children of a result that show a refusal.
pub(crate) const WATCH: KeepRule = KeepRule { parent: is_result, child: says };

/// The verdict of one answer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verdict {
    /// `None` if the answer does not say.
    success: Option<bool>,
    messages: Vec<String>,
    errors: Vec<ErrorItem>,
    /// Whether a line of a write's answer succeeded.
    line_done: bool,
    /// What went wrong in a write, in the words of the service.
    error_message: Option<String>,
}

/// One item of a list of errors.
#[derive(Debug, Clone, PartialEq, Eq)]
struct ErrorItem {
    message: Option<String>,
    kind: Option<String>,
}

impl Verdict {
    /// Collects the verdict of declared members. `success` is `None` if the answer has no such member.
    #[doc(hidden)]
    pub fn collect<'a>(
        success: Option<bool>,
        messages: impl IntoIterator<Item = Option<&'a str>>,
        errors: impl IntoIterator<Item = (Option<&'a str>, Option<&'a str>)>,
    ) -> Verdict {
        let mut verdict = Verdict { success, ..Verdict::default() };
        // Loops, so that of each operation's iterators only `next` is compiled.
        for message in messages {
            verdict.add_message(message);
        }
        for (message, kind) in errors {
            verdict.add_error(message, kind);
        }
        verdict
    }

    fn add_message(&mut self, message: Option<&str>) {
        self.messages.extend(message.map(str::to_owned));
    }

    fn add_error(&mut self, message: Option<&str>, kind: Option<&str>) {
        self.errors.push(ErrorItem { message: message.map(str::to_owned), kind: kind.map(str::to_owned) });
    }

    /// Collects the verdict of undeclared members.
    pub(crate) fn undeclared(elements: &[Element]) -> Verdict {
        let mut verdict = Verdict::default();
        for element in elements.iter().filter(|element| !element.is_nil()) {
            match element.name.as_str() {
                "Success" => verdict.success = truth(&element.text()).or(verdict.success),
                "Message" | "ErrorMessage" => verdict.messages.push(element.text()),
                _ => match reason(element) {
                    Some(only) => verdict.errors.push(only),
                    None => verdict.errors.extend(element.elements().filter_map(listed_reason)),
                },
            }
        }
        verdict
    }

    /// Whether the answer has a text, and says neither success nor error.
    pub(crate) fn is_only_text(&self) -> bool {
        let has_text = |text: &String| !text.trim().is_empty();
        self.success.is_none() && self.errors.is_empty() && self.messages.iter().any(has_text)
    }

    /// Combines this verdict with that of undeclared members: a declared `Success` beats an undeclared one.
    pub(crate) fn completed(mut self, undeclared: Verdict) -> Verdict {
        // A declared list of errors decides where no `Success` is declared.
        if self.success.is_none() && self.errors.is_empty() {
            self.success = undeclared.success;
        }
        self.line_done |= undeclared.line_done;
        self.error_message = self.error_message.or(undeclared.error_message);
        self.messages.extend(undeclared.messages);
        self.errors.extend(undeclared.errors);
        self
    }

    /// Combines this verdict with the lines of a write's answer: whether any of them succeeded, and the texts of those
    /// that failed.
    pub(crate) fn with_lines(mut self, any_done: bool, failed: Vec<String>) -> Verdict {
        self.line_done = any_done;
        self.errors.extend(failed.into_iter().map(|text| ErrorItem { message: Some(text), kind: None }));
        self
    }

    /// Adds what went wrong in a write, in the words of the service.
    pub(crate) fn with_error_message(mut self, text: Option<String>) -> Verdict {
        self.error_message = text;
        self
    }

    /// What the answer reports besides its success: errors, or a text that says what went wrong. Such a text does not make
    /// a refusal: the service's own clients go by `Success`.
    pub(crate) fn errors_beside_success(&self) -> Option<String> {
        if self.is_partial() {
            return Some(self.reasons().to_string());
        }
        self.error_message.clone().filter(|_| self.success == Some(true))
    }

    /// Whether the answer is a refusal by its own members, which nothing after it can change.
    pub(crate) fn is_settled_refusal(&self) -> bool {
        let reasons = self.reasons();
        self.success == Some(false) && !(reasons.message.is_empty() && reasons.kinds.is_empty())
    }

    /// Whether the answer says that the operation or a line succeeded, but also lists errors or failed lines.
    pub(crate) fn is_partial(&self) -> bool {
        match self.success {
            Some(true) => !self.errors.is_empty(),
            Some(false) => self.line_done,
            None => self.line_done && !self.errors.is_empty(),
        }
    }

    /// The refusal, if the answer is one: `Success` is false, or it is missing and there are errors. A write with
    /// `Success` true and errors is partly refused; a read still returns its data.
    pub(crate) fn refusal(&self, effect: Effect) -> Option<Refusal> {
        let partial = self.is_partial();
        let refused = match self.success {
            Some(success) => !success || (partial && effect == Effect::Write),
            None => !self.errors.is_empty() || self.error_message.is_some(),
        };
        refused.then(|| Refusal { partial, ..self.reasons() })
    }

    /// The messages and lists of errors, each text and kind once.
    pub(crate) fn reasons(&self) -> Refusal {
        let mut texts: Vec<&str> = Vec::new();
        let errors = self.errors.iter().filter_map(|error| error.message.as_deref());
        let messages = self.messages.iter().chain(&self.error_message).map(String::as_str);
        for text in messages.chain(errors).map(str::trim) {
            if !text.is_empty() && !texts.contains(&text) {
                texts.push(text);
            }
        }
        let mut kinds: Vec<String> = Vec::new();
        for kind in self.errors.iter().filter_map(|error| error.kind.as_deref()) {
            if !kind.is_empty() && !kinds.iter().any(|known| known == kind) {
                kinds.push(kind.to_owned());
            }
        }
        Refusal { message: texts.join("; "), kinds, partial: false }
    }
}

/// The value of a `Success`; `None` if the text is not one.
pub(crate) fn truth(text: &str) -> Option<bool> {
    match text.trim() {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

/// The service calls the result of `GetOrder` `GetOrderResult`.
pub(crate) fn is_result(name: &str) -> bool {
    name.ends_with("Result")
}

/// Whether the result in an envelope holds nothing besides messages: neither what was asked for nor an empty list of it.
pub(crate) fn is_only_message(envelope: &str) -> bool {
    // Such an answer is short, and only a short one is worth a tree.
    const LONGEST: usize = 64 << 10;
    let Some(root) = (envelope.len() <= LONGEST).then(|| Element::from_xml(envelope).ok()).flatten() else {
        return false;
    };
    let mut results = root
        .elements()
        .filter(|child| child.name == "Body")
        .flat_map(Element::elements)
        .flat_map(Element::elements)
        .filter(|child| is_result(&child.name));
    let is_message = |child: &Element| matches!(child.name.as_str(), "Message" | "ErrorMessage");
    results.next().is_some_and(|result| result.elements().all(is_message))
}

/// Whether a child of a result is about its success and not a row.
#[cfg(feature = "batch")]
pub(crate) fn is_aside(name: &str) -> bool {
    says(name)
}

fn says(name: &str) -> bool {
    matches!(name, "Success" | "Message" | "ErrorMessage")
        || name.ends_with("Error")
        || name.ends_with("Errors")
}

/// An item with a message or a kind is an error.
fn reason(element: &Element) -> Option<ErrorItem> {
    let text = |name: &str| {
        let child = element.child(name).filter(|child| !child.is_nil())?;
        Some(child.text().trim().to_owned())
    };
    let (message, kind) = (text("Message"), text("ErrorType"));
    (message.is_some() || kind.is_some()).then_some(ErrorItem { message, kind })
}

/// As [`reason`], for an item of a list of errors, which may also be a plain text.
fn listed_reason(item: &Element) -> Option<ErrorItem> {
    reason(item).or_else(|| {
        let is_text =
            item.elements().next().is_none() && (item.name == "string" || item.name.ends_with("Error"));
        let text = item.text().trim().to_owned();
        (is_text && !text.is_empty()).then_some(ErrorItem { message: Some(text), kind: None })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOGON: &str = "<XErrors><XError><Message>no such user</Message><ErrorType>LogonError</ErrorType></XError></XErrors>";

    fn undeclared(members: &[&str]) -> Verdict {
        let elements: Vec<Element> = members.iter().map(|text| Element::from_xml(text).unwrap()).collect();
        Verdict::undeclared(&elements)
    }

    fn refusal(declared: Verdict, members: &[&str]) -> Option<String> {
        declared.completed(undeclared(members)).refusal(Effect::Read).map(|refusal| refusal.to_string())
    }

    #[test]
    fn undeclared_members_refuse() {
        let none = Verdict::default;
        let single = "<Error><ErrorType>LogonError</ErrorType><Message>no such user</Message></Error>";
        let told = Some("no such user (LogonError)".to_owned());
        assert_eq!(refusal(none(), &[LOGON]), told);
        assert_eq!(refusal(none(), &[single]), told);
        assert_eq!(refusal(none(), &["<Success>false</Success>", LOGON]), told);
        assert_eq!(
            refusal(none(), &["<Errors><Error>no such user</Error></Errors>"]),
            Some("no such user".to_owned())
        );
        assert_eq!(refusal(none(), &["<Errors><string>no</string></Errors>"]), Some("no".to_owned()));
        assert_eq!(refusal(none(), &["<Success> 0 </Success>"]), Some("no reason given".to_owned()));
        assert_eq!(
            refusal(none(), &["<Message>no</Message>", "<Success>false</Success>"]),
            Some("no".to_owned())
        );
    }

    #[test]
    fn undeclared_members_that_refuse_nothing() {
        let nil = "<Success xmlns:i='http://www.w3.org/2001/XMLSchema-instance' i:nil='true'>false</Success>";
        for members in [
            &["<XErrors/>"] as &[&str],
            &["<XErrors><XError/></XErrors>"],
            &["<NumberOfErrors>0</NumberOfErrors>"],
            &["<XErrors><Number>0</Number></XErrors>"],
            &["<Message>2 were skipped</Message>"],
            &["<Success>true</Success>", LOGON],
            &[nil],
        ] {
            assert_eq!(refusal(Verdict::default(), members), None, "{members:?}");
        }
        assert_eq!(refusal(Verdict::default(), &[nil, LOGON]), Some("no such user (LogonError)".to_owned()));
    }

    #[test]
    fn lines_that_failed_refuse_a_write_in_part_or_whole() {
        let refused = |success, any_done, failed: &[&str]| {
            let lines =
                Verdict::default().with_lines(any_done, failed.iter().map(|&text| text.into()).collect());
            let refusal = Verdict::collect(success, [], []).completed(lines).refusal(Effect::Write);
            refusal.map(|refusal| (refusal.message, refusal.partial))
        };
        let told = |partial| Some(("line 2: no".to_owned(), partial));
        for (success, any_done, partial) in [
            (Some(true), true, true),
            (Some(true), false, true),
            (Some(false), true, true),
            (Some(false), false, false),
            (None, true, true),
            (None, false, false),
        ] {
            assert_eq!(refused(success, any_done, &["line 2: no"]), told(partial), "{success:?} {any_done}");
        }
        assert_eq!(refused(Some(true), true, &[]), None);
        assert_eq!(refused(None, true, &[]), None);
    }

    #[test]
    fn a_declared_member_beats_an_undeclared_one() {
        let success = |success| Verdict::collect(Some(success), [], []);
        assert_eq!(refusal(success(true), &["<Success>false</Success>", LOGON]), None);
        let partial = success(true).completed(undeclared(&[LOGON]));
        assert!(
            partial.is_partial() && partial.refusal(Effect::Write).is_some_and(|refusal| refusal.partial)
        );
        let told = Some("no such user (LogonError)".to_owned());
        assert_eq!(refusal(success(false), &["<Success>true</Success>", LOGON]), told);
        let listed = Verdict::collect(None, [], [(Some("no"), None)]);
        assert_eq!(refusal(listed, &["<Success>true</Success>"]), Some("no".to_owned()));
        let empty = Verdict::collect(None, [], []);
        assert_eq!(refusal(empty, &["<Success>false</Success>"]), Some("no reason given".to_owned()));
    }
}
