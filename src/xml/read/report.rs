//! Reports errors and notices, with their place.

use super::path::{bare, path_without_indexes};
use super::{ReadError, Reader, ReaderSource, Result};
use crate::xml::notice::NoticeKind;
use crate::xml::read_error::ReadErrorKind;

impl Reader<'_> {
    #[inline]
    pub(super) fn once(&mut self) -> Result<()> {
        if self.again { self.passed(NoticeKind::DuplicateMember, "") } else { Ok(()) }
    }

    /// Something that tolerant reading skips and strict reading refuses.
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

    pub(super) fn refusal(&self, kind: NoticeKind, detail: &str) -> Box<ReadError> {
        let error = self.error(match kind {
            NoticeKind::UnknownMember => format!("unknown member `{detail}`"),
            NoticeKind::ForeignMember => format!("member {detail} is in another namespace"),
            NoticeKind::AbsentMember => "the required member is missing".to_owned(),
            NoticeKind::MisorderedMember => "the member comes after one that must follow it".to_owned(),
            NoticeKind::DuplicateMember => "the member occurs twice".to_owned(),
            NoticeKind::NilContent => "the member is nil, but has content".to_owned(),
            NoticeKind::NilMember => "the member is nil, but requires a value".to_owned(),
            NoticeKind::UnknownEnumeration => format!("the contract does not list the value `{detail}`"),
            NoticeKind::HeaderBlock => {
                format!("the header block `{detail}` must be understood, but is unknown")
            }
            NoticeKind::ForbiddenCharacter => {
                format!("the text contains {detail}, a character that XML forbids")
            }
            NoticeKind::UnknownType => format!("the type `{detail}` does not derive from the declared type"),
            other => format!("{other:?}"),
        });
        error.with_kind(ReadErrorKind::Refused(kind, detail.to_owned()))
    }

    pub(super) fn number(&mut self, index: usize) {
        if let Some(step) = self.path.last_mut() {
            step.index = index + 1;
        }
    }

    pub(super) fn offset(&self) -> Option<u64> {
        match &self.form {
            ReaderSource::Xml(xml) => Some(xml.offset()),
            #[cfg(feature = "serde")]
            ReaderSource::Json(_) => None,
        }
    }

    pub(crate) fn error(&self, message: impl Into<String>) -> Box<ReadError> {
        Box::new(bare(&self.path, self.offset(), message.into()))
    }
}

/// Whether the service refuses a request because of it although a tolerant reader continues.
fn is_wrong_to_the_service(kind: NoticeKind) -> bool {
    matches!(kind, NoticeKind::NilMember | NoticeKind::UnknownEnumeration | NoticeKind::ForbiddenCharacter)
}

/// An error that an enclosing member must not treat as its own empty value.
pub(super) fn settled(mut error: Box<ReadError>) -> Box<ReadError> {
    error.empty_value = false;
    error
}
