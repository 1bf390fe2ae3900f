//! Characters that XML forbids, and that a reader replaced.

use super::notice::{NoticeKind, Notices};

/// A character in a row that XML forbids; the row has U+FFFD in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Replaced {
    /// Names of the elements from the row down to the text: `Article.Name`.
    pub path: String,
    /// The character: `U+001F`.
    pub character: String,
}

/// The forbidden XML characters in a row, from its `notices`.
pub(super) fn replaced(notices: &Notices, names: &[&str]) -> Vec<Replaced> {
    let all = notices.iter().filter(|notice| notice.kind == NoticeKind::ForbiddenCharacter);
    let below =
        |path: &str| path.strip_prefix(&joined(names)).unwrap_or(path).trim_start_matches('.').to_owned();
    all.map(|notice| Replaced { path: below(&notice.path), character: notice.detail.clone() }).collect()
}

pub(super) fn joined(names: &[&str]) -> String {
    let names: Vec<&str> = names.iter().map(|name| super::split_name(name).1).collect();
    names.join(".")
}
