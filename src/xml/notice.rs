//! Notices about what a tolerant reader or writer skipped, so that nothing is lost silently.

use std::fmt;

use crate::text;

/// What was noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NoticeKind {
    /// An element that is not in the contract was skipped.
    UnknownMember,
    /// An element that is not in the contract was read as part of the answer's verdict.
    UndeclaredVerdict,
    /// An element with a known name, but in another namespace, was skipped.
    ForeignMember,
    /// A header block that must be understood was skipped.
    HeaderBlock,
    /// There was text between child elements.
    StrayText,
    /// A required member was absent; it has .NET's default.
    AbsentMember,
    /// A member was out of order.
    MisorderedMember,
    /// A member occurred twice; the last one was used.
    DuplicateMember,
    /// A nil item in a list was left out.
    NilItem,
    /// A nil member had content, which was skipped.
    NilContent,
    /// A member that cannot be nil was nil; it has .NET's default.
    NilMember,
    /// An optional member was empty although its type needs text; it is `None`.
    EmptyValue,
    /// An enumeration had a text that is not in the contract; the text was kept.
    UnknownEnumeration,
    /// `xsi:type` named a type that does not derive from the declared one; the declared type was read.
    UnknownType,
    /// A character that XML forbids was replaced by U+FFFD; `detail` names it.
    ForbiddenCharacter,
    /// A text is longer than the service keeps; `detail` has the lengths.
    TooLong,
    /// The answer reports success and lists errors, or a write's answer has an `ErrorMessage`; `detail` has the texts.
    ErrorsBesideSuccess,
}

/// A notice, with the number of occurrences.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Notice {
    /// What was noticed.
    pub kind: NoticeKind,
    /// Path of elements from the body, without list indexes: `GetOrdersByQueryResult.Orders.Order`.
    pub path: String,
    /// The first occurrence: the name that was skipped, the text that was kept.
    pub detail: String,
    /// Number of occurrences at this path.
    pub count: u64,
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            NoticeKind::UnknownMember => "unknown member skipped",
            NoticeKind::UndeclaredVerdict => "not in the contract, read as the answer's verdict",
            NoticeKind::ForeignMember => "member of another namespace skipped",
            NoticeKind::HeaderBlock => "header block that must be understood ignored",
            NoticeKind::StrayText => "text between members skipped",
            NoticeKind::AbsentMember => "required member absent, default used",
            NoticeKind::MisorderedMember => "member out of order",
            NoticeKind::DuplicateMember => "duplicate member, the last one used",
            NoticeKind::NilItem => "nil item left out",
            NoticeKind::NilContent => "content beside nil ignored",
            NoticeKind::NilMember => "nil in a member that cannot be nil, default used",
            NoticeKind::EmptyValue => "empty text in an optional value, taken as absent",
            NoticeKind::UnknownEnumeration => "enumeration text not in the contract, kept",
            NoticeKind::UnknownType => "unknown xsi:type, declared type read",
            NoticeKind::ForbiddenCharacter => "character that XML forbids, replaced by U+FFFD",
            NoticeKind::TooLong => "text longer than the service keeps",
            NoticeKind::ErrorsBesideSuccess => "success with errors",
        };
        write!(f, "{}: {what}", self.path)?;
        if !self.detail.is_empty() {
            write!(f, " ({})", self.detail)?;
        }
        if self.count > 1 {
            write!(f, ", {} times", self.count)?;
        }
        Ok(())
    }
}

/// Notices of one document, one entry for each kind and path, the first 1,000 kinds and paths.
#[derive(Debug, Clone, Default)]
pub struct Notices(Vec<Notice>);

const MOST_ENTRIES: usize = 1_000;

const MOST_CHARACTERS: usize = 200;

impl Notices {
    pub(crate) fn add(&mut self, kind: NoticeKind, path: String, detail: &str) {
        if let Some(known) = self.0.iter_mut().find(|known| known.kind == kind && known.path == path) {
            known.count += 1;
        } else if self.0.len() < MOST_ENTRIES {
            let detail = text::start(detail, MOST_CHARACTERS, |_| 1).to_owned();
            self.0.push(Notice { kind, path, detail, count: 1 });
        }
    }

    /// Adds the notices of another part of the same document.
    pub(crate) fn merge(&mut self, more: Notices) {
        for notice in more.0 {
            let same = |known: &&mut Notice| known.kind == notice.kind && known.path == notice.path;
            if let Some(known) = self.0.iter_mut().find(same) {
                known.count += notice.count;
            } else if self.0.len() < MOST_ENTRIES {
                self.0.push(notice);
            }
        }
    }

    /// Returns the notices, in the order of their first occurrence.
    pub fn iter(&self) -> std::slice::Iter<'_, Notice> {
        self.0.iter()
    }

    /// Returns whether there are no notices.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
