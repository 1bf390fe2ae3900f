//! Finds what an answer says twice about its own success, so that neither can be believed.

use crate::effect::Effect;
use crate::envelope::{self, BodyContent};
use crate::operation::OperationInfo;
use crate::verdict::{is_result, truth};
use crate::xml::{Element, NoticeKind, Notices, ReadError, Reader, Result};

/// Name of the member that says whether the request succeeded.
const SUCCESS: &str = "Success";

/// Whether an answer with these notices and these undeclared members may contradict itself. Saves most answers a second
/// look.
pub(super) fn is_possible(notices: &Notices, undeclared: &[Element]) -> bool {
    let successes = undeclared.iter().filter(|element| element.name == SUCCESS);
    successes.count() > 1
        || notices.iter().any(|notice| match notice.kind {
            NoticeKind::DuplicateMember => match notice.path.split_once('.') {
                None => true,
                Some((_, member)) => member == SUCCESS,
            },
            NoticeKind::UnknownMember | NoticeKind::UndeclaredVerdict => notice.path.is_empty(),
            _ => false,
        })
}

/// The error for an undeclared `Success` whose text is neither true nor false.
pub(super) fn unclear(undeclared: &[Element]) -> Option<Box<ReadError>> {
    let is_unclear =
        |element: &Element| element.name == SUCCESS && !element.is_nil() && truth(&element.text()).is_none();
    undeclared.iter().any(is_unclear).then(|| ReadError::absent(SUCCESS, "neither true nor false"))
}

/// The error if the answer has `Success` with different values, or, of a write, a second result.
pub(super) fn find(answer: &[u8], info: &OperationInfo) -> Option<Box<ReadError>> {
    let text = str::from_utf8(answer).ok()?;
    let mut envelope = envelope::open(text, info.namespace, false).ok()??;
    let BodyContent::Element { .. } = envelope.content else { return None };
    let mut said = SuccessClaims::default();
    // What cannot be read was an error before.
    said.read(&mut envelope.reader, info.namespace).ok()?;
    let is_write = info.effect == Effect::Write;
    match said.again.filter(|_| is_write) {
        Some(result) => Some(ReadError::absent(result, "the result occurs twice")),
        None => said.differ.map(|path| ReadError::absent(path, "the member occurs with different values")),
    }
}

/// What the results of an answer say.
#[derive(Default)]
struct SuccessClaims {
    results: Vec<String>,
    /// Name of a result that occurs again.
    again: Option<String>,
    success: Option<String>,
    /// Path of a `Success` that differs from an earlier one.
    differ: Option<String>,
}

impl SuccessClaims {
    /// Reads the response element.
    fn read(&mut self, p: &mut Reader<'_>, namespace: &str) -> Result<()> {
        let mut at = p.enter("")?;
        while p.any_child(&mut at)? {
            let (own, name) = p.name()?;
            if own == namespace && is_result(&name) {
                if self.results.contains(&name) {
                    self.again = Some(name.clone());
                }
                self.members(p, namespace, &name)?;
                self.results.push(name);
            } else {
                self.member(p, namespace, "")?;
            }
        }
        Ok(())
    }

    fn members(&mut self, p: &mut Reader<'_>, namespace: &str, result: &str) -> Result<()> {
        let mut at = p.enter("")?;
        while p.any_child(&mut at)? {
            self.member(p, namespace, result)?;
        }
        Ok(())
    }

    /// Reads one child of the response or a result.
    fn member(&mut self, p: &mut Reader<'_>, namespace: &str, result: &str) -> Result<()> {
        let (own, name) = p.name()?;
        if own != namespace || name != SUCCESS {
            return p.skip();
        }
        let element = p.element()?;
        let text = element.text().trim().to_owned();
        let value = truth(&text).map_or(text, |truth| truth.to_string());
        match &self.success {
            _ if element.is_nil() => {}
            Some(known) if *known != value => {
                let dot = if result.is_empty() { "" } else { "." };
                self.differ = Some(format!("{result}{dot}{SUCCESS}"));
            }
            _ => self.success = Some(value),
        }
        Ok(())
    }
}
