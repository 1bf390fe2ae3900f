//! A copy of a journal, in which a push can be tried.

use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::event::Chain;
use super::file::{self, FileForm};
use super::service_address::normal_form;
use super::{Journal, JournalError, Result};

const TABLES: [&str; 5] = ["about", "event", "version", "payload", "content"];

impl Journal {
    /// A copy of the journal that there is for records of this kind, gone with the program; an empty one where there is none.
    /// The file stays as it is, and a push may have it open.
    ///
    /// # Errors
    /// The journal cannot be read, or is about something else.
    pub(in crate::batch) fn copy_of(path: &Path, kind: &str, url: Option<&str>) -> Result<Journal> {
        let mut copy = Journal::temporary()?;
        if file::form(path).map_err(|error| JournalError::File(path.to_owned(), error))? == FileForm::Missing
        {
            return Ok(copy);
        }
        let known = Journal::look_into(path)?;
        known.must_be("kind", "kind of record", kind)?;
        if let Some(url) = url {
            known.must_be("service", "service", &normal_form(url))?;
        }
        let fail = |error| known.fail(error);
        // One state of it, also where a push goes on.
        known.db.execute_batch("BEGIN").map_err(fail)?;
        copy.db.execute_batch("BEGIN").map_err(fail)?;
        for table in TABLES {
            copy_table(&known.db, &copy.db, table).map_err(fail)?;
        }
        copy.db.execute_batch("COMMIT").map_err(fail)?;
        let newest = "SELECT id, chain FROM event ORDER BY id DESC LIMIT 1";
        let chain = copy.db.query_row(newest, [], |row| Ok(Chain { id: row.get(0)?, hash: row.get(1)? }));
        copy.chain.set(chain.map_err(fail)?);
        copy.path = path.to_owned();
        copy.run = copy.number("run")? + 1;
        Ok(copy)
    }
}

fn copy_table(from: &Connection, to: &Connection, table: &str) -> rusqlite::Result<()> {
    let mut read = from.prepare(&format!("SELECT * FROM {table}"))?;
    let columns = read.column_count();
    let places = vec!["?"; columns].join(", ");
    let mut write = to.prepare(&format!("INSERT INTO {table} VALUES ({places})"))?;
    let mut rows = read.query([])?;
    while let Some(row) = rows.next()? {
        let values = (0..columns).map(|column| row.get::<_, Value>(column));
        write.execute(params_from_iter(values.collect::<rusqlite::Result<Vec<_>>>()?))?;
    }
    Ok(())
}
