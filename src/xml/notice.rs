//! What a tolerant reader or writer passed over, so that nothing is lost in silence.

use std::fmt;

use crate::text;

/// What was noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NoticeKind {
    /// An element that the contract does not have was skipped.
    UnknownMember,
    /// An element that the contract does not have was read as what the answer says about its success.
    UndeclaredVerdict,
    /// An element of ours by name, but of another namespace, was skipped.
    ForeignMember,
    /// A block of the envelope's header says that it must be understood; it was passed over.
    HeaderBlock,
    /// Text stood between child elements.
    StrayText,
    /// A member that the contract requires was absent; it holds .NET's default now.
    AbsentMember,
    /// A member came before one that the contract puts first.
    MisorderedMember,
    /// A member came twice; the last one won.
    DuplicateMember,
    /// A nil item in a list was left out.
    NilItem,
    /// A member was nil and held content all the same, which was passed over.
    NilContent,
    /// A member that cannot be nil was nil; it holds .NET's default now.
    NilMember,
    /// An optional member held no text where its type needs some; it is `None` now.
    EmptyValue,
    /// An enumeration held text that the contract does not list; the text was kept.
    UnknownEnumeration,
    /// `xsi:type` named a type that does not derive from the declared one; it was read as the declared type.
    UnknownType,
    /// A character that XML forbids was replaced by U+FFFD; `detail` names it.
    ForbiddenCharacter,
    /// A text is longer than the service keeps; `detail` says by how much.
    TooLong,
    /// The answer says that the operation succeeded, and lists errors all the same; `detail` says which.
    ErrorsBesideSuccess,
}

/// One thing noticed, with how often it happened.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Notice {
    /// What was noticed.
    pub kind: NoticeKind,
    /// Names of the elements from the body down, without list indexes: `GetOrdersByQueryResult.Orders.Order`.
    pub path: String,
    /// The first occurrence in words: the name that was skipped, the text that was kept.
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
            NoticeKind::HeaderBlock => "header block that must be understood passed over",
            NoticeKind::StrayText => "text between members skipped",
            NoticeKind::AbsentMember => "required member absent, default taken",
            NoticeKind::MisorderedMember => "member out of order",
            NoticeKind::DuplicateMember => "member repeated, the last one taken",
            NoticeKind::NilItem => "nil item left out",
            NoticeKind::NilContent => "content beside nil passed over",
            NoticeKind::NilMember => "nil in a member that cannot be nil, default taken",
            NoticeKind::EmptyValue => "no text in an optional value, taken as absent",
            NoticeKind::UnknownEnumeration => "enumeration text not in the contract, kept",
            NoticeKind::UnknownType => "xsi:type not in the contract, declared type read",
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

    /// The notices, in the order of their first occurrence.
    pub fn iter(&self) -> std::slice::Iter<'_, Notice> {
        self.0.iter()
    }

    /// Whether nothing was noticed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
