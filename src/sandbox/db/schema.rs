//! The versions of the schema: a new file gets all of it, an older file what it lacks.

use rusqlite::{Connection, Error, ffi};

/// The steps from each version to the next. Released steps never change.
const STEPS: [(i64, &str); 4] = [
    (2, include_str!("schema.sql")),
    (3, include_str!("schema_3.sql")),
    (4, include_str!("schema_4.sql")),
    (5, include_str!("schema_5.sql")),
];

/// Updates the database to the newest version.
pub(crate) fn bring_up(db: &Connection) -> rusqlite::Result<()> {
    let version: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let (oldest, newest) = (STEPS[0].0, STEPS[STEPS.len() - 1].0);
    if version != 0 && !(oldest..=newest).contains(&version) {
        let text = format!(
            "the file has version {version} of the sandbox's schema, this program knows {oldest} to {newest}: open it \
             with the program that wrote it, or begin a new file"
        );
        return Err(Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_SCHEMA), Some(text)));
    }
    for (to, sql) in STEPS.iter().filter(|(to, _)| *to > version) {
        db.execute_batch(sql)?;
        db.pragma_update(None, "user_version", to)?;
    }
    Ok(())
}
