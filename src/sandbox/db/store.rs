//! The storage of the warehouse's state: one connection for writing, and several for reading.

use std::io;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::backup::Backup;
use rusqlite::functions::FunctionFlags;
use rusqlite::{Connection, TransactionBehavior};
use tempfile::TempDir;

use super::clock::Clock;
use super::desk::{Desk, WarehouseSettings};
use super::schema;
use super::sql_value::stamp;
use crate::sandbox::lock::locked;

/// Maximum number of concurrent readers; more wait.
const READERS: usize = 12;

/// How long to wait for another program that uses the file.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why a warehouse cannot be opened.
#[derive(Debug)]
pub(crate) enum OpenError {
    File(io::Error),
    Database(rusqlite::Error),
}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> OpenError {
        OpenError::Database(error)
    }
}

/// Creates the initial data of a new goods owner.
type NewOwner = fn(&Connection, i32) -> rusqlite::Result<()>;

/// The warehouse's database.
#[derive(Debug)]
pub(crate) struct Store {
    /// Writers work one at a time: the lock is their queue.
    writer: Mutex<Connection>,
    readers: Vec<Mutex<Connection>>,
    /// The free readers.
    free: Mutex<Vec<usize>>,
    freed: Condvar,
    settings: WarehouseSettings,
    pub clock: Arc<Clock>,
    // After the connections, since some systems cannot remove an open file.
    #[allow(dead_code, reason = "kept so that dropping it removes the files")]
    folder: Option<TempDir>,
}

impl Store {
    /// Opens a new or existing warehouse. `None` keeps it in a temporary file that is deleted with the store.
    pub fn open(
        path: Option<&Path>,
        owners: &[(String, i32)],
        settings: WarehouseSettings,
        new_owner: NewOwner,
    ) -> Result<Store, OpenError> {
        match path {
            Some(path) => {
                make_private(path).map_err(|error| {
                    let text = format!("{}: {error}", path.display());
                    OpenError::File(io::Error::new(error.kind(), text))
                })?;
                // Acknowledged changes survive the program and, if the disk is honest, a loss of power.
                Ok(Store::of(path, "full", owners, settings, new_owner)?)
            }
            None => {
                let folder = tempfile::Builder::new().prefix("ongoing-sandbox-").tempdir();
                let folder = folder.map_err(OpenError::File)?;
                let mut store =
                    Store::of(&folder.path().join("warehouse.db"), "off", owners, settings, new_owner)?;
                if cfg!(unix) {
                    // All connections are open and no longer need the names. So nothing is left behind, even if the
                    // program is killed.
                    folder.close().map_err(OpenError::File)?;
                } else {
                    store.folder = Some(folder);
                }
                Ok(store)
            }
        }
    }

    fn of(
        path: &Path,
        synchronous: &str,
        owners: &[(String, i32)],
        settings: WarehouseSettings,
        new_owner: NewOwner,
    ) -> rusqlite::Result<Store> {
        let mut writer = connect(path)?;
        let clock = Arc::new(Clock::default());
        set_clock(&writer, Arc::clone(&clock))?;
        // Readers see the last committed state during a write.
        writer.pragma_update(None, "journal_mode", "wal")?;
        writer.pragma_update(None, "synchronous", synchronous)?;
        writer.pragma_update(None, "foreign_keys", true)?;
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        schema::bring_up(&transaction)?;
        for (code, id) in owners {
            let new = transaction
                .execute("INSERT OR IGNORE INTO goods_owner (id, code) VALUES (?1, ?2)", (id, code))?;
            if new == 1 {
                new_owner(&transaction, *id)?;
            }
        }
        transaction.commit()?;
        let readers = (0..READERS).map(|_| reader(path).map(Mutex::new)).collect::<Result<_, _>>()?;
        Ok(Store {
            writer: Mutex::new(writer),
            readers,
            free: Mutex::new((0..READERS).collect()),
            freed: Condvar::new(),
            settings,
            clock,
            folder: None,
        })
    }

    /// Works in a transaction, one at a time: a refusal leaves no changes.
    pub fn write<T, E: From<rusqlite::Error>>(
        &self,
        work: impl FnOnce(&Desk<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut db = locked(&self.writer);
        let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let done = work(&Desk::new(&transaction, self.settings, self.clock.now()))?;
        transaction.commit()?;
        Ok(done)
    }

    /// Reads the current state, concurrently with other readers and a writer.
    pub fn read<T, E: From<rusqlite::Error>>(
        &self,
        look: impl FnOnce(&Desk<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let seat = self.seat();
        let mut db = locked(&self.readers[seat.index]);
        let transaction = db.transaction_with_behavior(TransactionBehavior::Deferred)?;
        look(&Desk::new(&transaction, self.settings, self.clock.now()))
    }

    /// Size of the whole state, in bytes.
    pub fn size(&self) -> rusqlite::Result<u64> {
        let db = locked(&self.writer);
        let number = |pragma| db.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0));
        let bytes = number("page_count")?.saturating_mul(number("page_size")?);
        Ok(u64::try_from(bytes).unwrap_or_default())
    }

    /// Copies the current state to memory.
    pub fn copy(&self) -> rusqlite::Result<Connection> {
        let mut copy = Connection::open_in_memory()?;
        copied(&locked(&self.writer), &mut copy)?;
        Ok(copy)
    }

    /// Restores a copy. Concurrent readers see the state from before.
    pub fn go_back(&self, copy: &Connection) -> rusqlite::Result<()> {
        copied(copy, &mut locked(&self.writer))
    }

    fn seat(&self) -> Seat<'_> {
        let free = locked(&self.free);
        let mut free =
            self.freed.wait_while(free, |free| free.is_empty()).unwrap_or_else(PoisonError::into_inner);
        Seat { store: self, index: free.pop().unwrap_or_default() }
    }
}

/// A reader that is in use.
struct Seat<'s> {
    store: &'s Store,
    index: usize,
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        locked(&self.store.free).push(self.index);
        self.store.freed.notify_one();
    }
}

/// Gives the warehouse's time to the schema's triggers, which ask SQLite for the time.
fn set_clock(db: &Connection, clock: Arc<Clock>) -> rusqlite::Result<()> {
    db.create_scalar_function(
        "strftime",
        2,
        FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_INNOCUOUS,
        move |_| Ok(stamp(clock.now())),
    )
}

fn copied(from: &Connection, to: &mut Connection) -> rusqlite::Result<()> {
    // In one step, or in pieces so large that no reader sees a part.
    Backup::new(from, to)?.run_to_completion(i32::MAX, Duration::from_millis(5), None)
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let db = Connection::open(path)?;
    db.busy_timeout(PATIENCE)?;
    db.set_prepared_statement_cache_capacity(128);
    Ok(db)
}

fn reader(path: &Path) -> rusqlite::Result<Connection> {
    let db = connect(path)?;
    db.pragma_update(None, "query_only", true)?;
    // The first query opens all files that a connection needs.
    db.query_row("SELECT count(*) FROM goods_owner", [], |row| row.get::<_, i64>(0))?;
    Ok(db)
}

/// Creates a new file that only its owner can read, since it will contain customers. The database's other files get the
/// same mode.
#[cfg(unix)]
fn make_private(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    match std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other.map(drop),
    }
}

/// On this system, files in a user's folders belong to that user only.
#[cfg(not(unix))]
fn make_private(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::thread;

    use super::*;

    fn store() -> Store {
        Store::open(None, &[("DEMO".to_owned(), 1)], WarehouseSettings::default(), |_, _| Ok(())).unwrap()
    }

    fn customers(desk: &Desk<'_>) -> rusqlite::Result<i64> {
        desk.query_row("SELECT count(*) FROM customer", [], |row| row.get(0))
    }

    fn add_customer(desk: &Desk<'_>) -> rusqlite::Result<usize> {
        desk.execute("INSERT INTO customer (owner, card) VALUES (1, '{}')", [])
    }

    #[test]
    fn a_long_look_holds_nobody_up_and_sees_one_state() {
        let store = &store();
        let (begun, has_begun) = mpsc::channel();
        let (go_on, may_go_on) = mpsc::channel::<()>();
        thread::scope(|scope| {
            let long = scope.spawn(move || {
                store.read(|desk| {
                    let before = customers(desk)?;
                    begun.send(()).unwrap();
                    may_go_on.recv().unwrap();
                    Ok::<_, rusqlite::Error>((before, customers(desk)?))
                })
            });
            has_begun.recv().unwrap();
            assert_eq!(store.write(add_customer), Ok(1));
            assert_eq!(store.read(customers), Ok(1));
            go_on.send(()).unwrap();
            assert_eq!(long.join().unwrap(), Ok((0, 0)));
        });
    }

    #[test]
    fn look_ups_beside_a_fifth_long_look_do_not_wait() {
        let store = &store();
        let (begun, has_begun) = mpsc::channel();
        let (looked, has_looked) = mpsc::channel();
        let ends: Vec<_> = (0..5).map(|_| mpsc::channel::<()>()).collect();
        let (ends, waits): (Vec<_>, Vec<_>) = ends.into_iter().unzip();
        thread::scope(|scope| {
            for wait in waits {
                let begun = begun.clone();
                scope.spawn(move || {
                    store.read(|desk| {
                        begun.send(()).unwrap();
                        // Ends with its sender.
                        let _ = wait.recv();
                        customers(desk)
                    })
                });
            }
            (0..5).for_each(|_| has_begun.recv().unwrap());
            for _ in 0..6 {
                let looked = looked.clone();
                scope.spawn(move || looked.send(store.read(customers)));
            }
            let done: Vec<_> = (0..6).map(|_| has_looked.recv_timeout(PATIENCE)).collect();
            assert_eq!(store.write(add_customer), Ok(1));
            drop(ends);
            assert!(done.iter().all(|looked| *looked == Ok(Ok(0))), "{done:?}");
        });
    }

    #[test]
    fn who_only_asks_changes_nothing() {
        let store = store();
        assert!(store.read(add_customer).unwrap_err().to_string().contains("readonly"));
        assert_eq!(store.read(customers), Ok(0));
    }

    #[test]
    fn seats_come_free_and_what_failed_leaves_nothing() {
        let store = store();
        for _ in 0..=READERS {
            let looked = thread::scope(|scope| {
                scope.spawn(|| store.read(|_| -> rusqlite::Result<()> { panic!("on purpose") })).join()
            });
            assert!(looked.is_err());
        }
        let failed: rusqlite::Result<()> = store.write(|desk| {
            add_customer(desk)?;
            Err(rusqlite::Error::InvalidQuery)
        });
        assert!(failed.is_err());
        assert_eq!(store.read(customers), Ok(0));
    }

    #[test]
    fn what_the_database_writes_down_itself_has_the_warehouse_s_time() {
        let store = store();
        store.clock.change(&"2026-12-31T08:00:00".parse().unwrap());
        let sql = "INSERT INTO article (owner, number, created, updated, stock_changed, card, definition)
                   VALUES (1, 'A', '', '', '', '{}', '{}')";
        let level = store.write(|desk| {
            desk.execute(sql, [])?;
            desk.execute(
                "INSERT INTO article_item (article, received, number, location, in_date) VALUES (1, '1', '1', 'A', '')",
                [],
            )?;
            desk.query_row("SELECT at FROM stock_level", [], |row| row.get::<_, String>(0))
        });
        assert_eq!(level, Ok("2026-12-31T08:00:00.000".to_owned()));
    }

    #[cfg(unix)]
    #[test]
    fn a_new_file_is_for_nobody_elses_eyes() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("warehouse.db");
        let _store = Store::open(Some(&file), &[], WarehouseSettings::default(), |_, _| Ok(())).unwrap();
        let files: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap()).collect();
        assert!(files.len() > 1, "{files:?}");
        for file in files {
            assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{file:?}");
        }
    }
}
