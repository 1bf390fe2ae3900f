//! The error for a refusal, which keeps the answer without passwords.

use std::borrow::Cow;

use memchr::{memchr, memmem};

use super::Client;
use super::received_answer::ReceivedAnswer;
use crate::error::{Error, RefusedError, RefusingAnswer};
use crate::fault::Refusal;
use crate::outcome::Evidence;
use crate::xml::{self, Element, Reader};

/// Reads the response of a refusing answer again.
type ReadRefusing<'r> = &'r mut dyn FnMut(&mut Reader<'_>) -> xml::Result<RefusingAnswer>;

impl Client {
    /// The error for a refusal. The response that it keeps has no passwords: if the text has any, the response is read
    /// again from the masked one.
    pub(super) fn refused(
        &self,
        mut answer: ReceivedAnswer,
        mut refusal: Refusal,
        mut response: RefusingAnswer,
        read: ReadRefusing<'_>,
    ) -> Error {
        let mut context = answer.context();
        // Kinds say it themselves.
        if refusal.kinds.is_empty() && !refusal.partial && self.is_login_refusal(&refusal.message) {
            context.seen = Some(Evidence::Login);
        }
        refusal.message = self.safe(&refusal.message);
        refusal.kinds.iter_mut().for_each(|kind| *kind = self.safe(kind));
        context.body = self.kept(&answer.body);
        let text = str::from_utf8(&answer.body).ok().and_then(joined);
        let masked = text.as_deref().map(|text| self.redactor.text(text));
        if !matches!(masked, Some(Cow::Borrowed(_))) {
            answer.body = masked.map(Cow::into_owned).unwrap_or_default().into_bytes();
            let mut envelope = self.open(&answer).ok();
            let again = envelope.as_mut().and_then(|envelope| read(&mut envelope.reader).ok());
            response = again.unwrap_or_else(|| RefusingAnswer::new(()));
        }
        Error::Refused(RefusedError(Box::new((context, refusal, response))))
    }
}

/// The envelope with each text in one piece, so that a password in it is seen: without references to characters, comments
/// and the like. `None` if it cannot be read so.
fn joined(envelope: &str) -> Option<Cow<'_, str>> {
    let bytes = envelope.as_bytes();
    let is_joined = memchr(b'&', bytes).is_none()
        && memmem::find(bytes, b"<!").is_none()
        && memmem::find_iter(bytes, b"<?").all(|place| place == 0);
    match is_joined {
        true => Some(Cow::Borrowed(envelope)),
        false => Element::from_xml(envelope).ok().map(|root| Cow::Owned(root.to_xml())),
    }
}
