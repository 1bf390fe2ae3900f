//! The keys of a journal, for suggestions.

use std::fs;
use std::path::Path;

use super::{Journal, JournalError, Result, at, file};

/// Maximum number of records that are looked at.
const LOOKED_AT: usize = 100_000;

impl Journal {
    /// Returns goods owners and keys of the newest records that `wanted` accepts, up to `most`.
    ///
    /// For suggestions, as in a shell's completions: it is fast, because the journal is not verified, and looks at the newest
    /// 100,000 records only.
    ///
    /// # Errors
    /// The file cannot be read, or is not a journal.
    pub fn newest_keys(
        path: &Path,
        most: usize,
        wanted: impl Fn(&str, &str) -> bool,
    ) -> Result<Vec<(String, String)>> {
        let fail = |error| JournalError::File(path.to_owned(), error);
        let real = fs::canonicalize(path).map_err(fail)?;
        if !matches!(file::form(&real).map_err(fail)?, file::FileForm::Journal { .. }) {
            return Err(JournalError::Damaged(path.to_owned(), "it is not a journal".to_owned()));
        }
        let db = file::connect_to_read(&real).map_err(|error| at(path, error))?;
        let read = || -> rusqlite::Result<Vec<(String, String)>> {
            let mut statement =
                db.prepare("SELECT owner, key FROM version WHERE current = 1 ORDER BY id DESC")?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            let accepted = |row: &rusqlite::Result<(String, String)>| {
                row.as_ref().map_or(true, |(owner, key)| wanted(owner, key))
            };
            rows.take(LOOKED_AT).filter(accepted).take(most).collect()
        };
        read().map_err(|error| JournalError::Database(path.to_owned(), error))
    }
}
