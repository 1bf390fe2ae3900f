//! Remembers what the last pull delivered, so that rows of the overlap are not delivered again.
//!
//! A file beside the output: a line of JSON that names its pull, then a line for each row. It is used only if the
//! service has the matching time: after a run that ended between the two writes, and after the time was set back, all
//! rows are delivered. So a row may come twice, but is never lost.

use std::collections::{HashMap, VecDeque};
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::since::is_same;
use super::window::Clocks;
use crate::batch::AtomicFile;
use crate::xml::DateTime;

/// Maximum number of remembered rows. Rows with lower ids are older and forgotten first; if they come again, they are
/// delivered again.
const MOST: usize = 50_000;

/// Version of the file's format.
const FORMAT: u32 = 1;

type Digest = [u8; 16];

/// The pull that a memory belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct MemoryOwner {
    pub url: String,
    pub goods_owner: String,
    pub source: String,
    pub stored_as: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct MemoryHead {
    format: u32,
    #[serde(flatten)]
    owner: MemoryOwner,
    /// The clocks at the pull that delivered these rows; none while an output is being replaced.
    at: Option<ClockTimes>,
    /// The clocks at the pull before, which still counts if the time of this one was not stored.
    before: Option<ClockTimes>,
}

/// Times of the service's clock and of this machine's.
#[derive(Debug, Serialize, Deserialize)]
struct ClockTimes {
    time: String,
    own_time: String,
}

impl ClockTimes {
    fn new(clocks: &Clocks) -> ClockTimes {
        ClockTimes { time: clocks.service.to_string(), own_time: clocks.own.to_rfc3339() }
    }

    fn clocks(&self) -> Option<Clocks> {
        let service = self.time.parse().ok()?;
        let own = chrono::DateTime::parse_from_rfc3339(&self.own_time).ok()?;
        Some(Clocks { service, own: own.to_utc() })
    }
}

/// What the last pull delivered, and what this one delivers.
#[derive(Debug)]
pub(super) struct Memory {
    path: PathBuf,
    owner: MemoryOwner,
    /// The clocks at the last pull.
    then: Option<Clocks>,
    delivered: HashMap<i32, Digest>,
    new: VecDeque<(i32, Digest)>,
}

impl Memory {
    /// Reads what the pull that stored the time `stored` left here; empty if another pull wrote it or there is no file.
    ///
    /// # Errors
    /// The file exists and cannot be used; the reason as text.
    pub fn open(path: &Path, owner: MemoryOwner, stored: Option<DateTime>) -> (Memory, Result<(), String>) {
        let mut memory = Memory {
            path: path.to_owned(),
            owner,
            then: None,
            delivered: HashMap::new(),
            new: VecDeque::new(),
        };
        let read = memory.read(stored).map_err(|error| format!("{} cannot be used: {error}", path.display()));
        if read.is_err() {
            (memory.then, memory.delivered) = (None, HashMap::new());
        }
        (memory, read)
    }

    /// The clocks at the last pull, if known.
    pub fn then(&self) -> Option<&Clocks> {
        self.then.as_ref()
    }

    fn read(&mut self, stored: Option<DateTime>) -> io::Result<()> {
        let Some(stored) = stored else { return Ok(()) };
        let file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        };
        let damaged = || io::Error::new(io::ErrorKind::InvalidData, "it is damaged");
        let mut lines = BufReader::new(file).lines();
        let head = lines.next().ok_or_else(damaged)??;
        let head: MemoryHead = serde_json::from_str(&head).map_err(|_| damaged())?;
        if head.format != FORMAT || head.owner != self.owner {
            return Ok(());
        }
        let at = head.at.map(|at| at.clocks().ok_or_else(damaged)).transpose()?;
        let Some(at) = at.filter(|at| is_same(at.service, stored)) else {
            let before = head.before.and_then(|before| before.clocks());
            self.then = before.filter(|before| is_same(before.service, stored));
            return Ok(());
        };
        for line in lines {
            let line = line?;
            let (id, digest) = line.split_once(' ').ok_or_else(damaged)?;
            let id = id.parse().map_err(|_| damaged())?;
            self.delivered.insert(id, from_hex(digest).ok_or_else(damaged)?);
        }
        self.then = Some(at);
        Ok(())
    }

    /// Adds a row, and returns whether it is unchanged since it was last delivered.
    pub fn has(&mut self, id: i32, json: &str) -> bool {
        let whole = Sha256::digest(json.as_bytes());
        let mut digest = Digest::default();
        digest.copy_from_slice(&whole[..16]);
        if self.new.len() == MOST {
            self.new.pop_front();
        }
        self.new.push_back((id, digest));
        self.delivered.insert(id, digest) == Some(digest)
    }

    /// Forgets the rows before an output is replaced: if the program ended at that moment, the file would be wrong
    /// about the last delivery.
    pub fn forget(&self) -> io::Result<()> {
        if self.then.is_none() {
            return Ok(());
        }
        self.begin(None)?.finish()
    }

    /// Saves the rows of this pull for the next one, if the service has stored the time `clocks.service`.
    pub fn keep(&self, clocks: &Clocks) -> io::Result<()> {
        let mut file = self.begin(Some(clocks))?;
        for (id, _) in &self.new {
            // Of a row that came twice in one pull, the last one is remembered.
            let Some(digest) = self.delivered.get(id) else { continue };
            writeln!(file, "{id} {}", hex(digest))?;
        }
        file.finish()
    }

    fn begin(&self, at: Option<&Clocks>) -> io::Result<AtomicFile> {
        let mut file = AtomicFile::begin(&self.path)?;
        let head = MemoryHead {
            format: FORMAT,
            owner: self.owner.clone(),
            at: at.map(ClockTimes::new),
            before: self.then.as_ref().map(ClockTimes::new),
        };
        serde_json::to_writer(&mut file, &head)?;
        writeln!(file)?;
        Ok(file)
    }
}

fn hex(digest: &Digest) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hex(text: &str) -> Option<Digest> {
    let mut digest = Digest::default();
    if text.len() != 2 * digest.len() || !text.is_ascii() {
        return None;
    }
    for (at, byte) in digest.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).ok()?;
    }
    Some(digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner() -> MemoryOwner {
        let text = |text: &str| text.to_owned();
        MemoryOwner {
            url: text("u"),
            goods_owner: text("g"),
            source: text("orders"),
            stored_as: text("pull orders"),
        }
    }

    fn clocks(time: &str) -> Clocks {
        Clocks { service: time.parse().unwrap(), own: "2026-11-25T03:00:00Z".parse().unwrap() }
    }

    fn open(path: &Path, owner: MemoryOwner, stored: &str) -> Memory {
        let (memory, read) = Memory::open(path, owner, Some(stored.parse().unwrap()));
        read.unwrap();
        memory
    }

    #[test]
    fn a_row_is_known_while_it_stays_as_it_was_delivered_last() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rows.memory");
        let time = "2026-11-25T04:00:00.123";
        let mut first = open(&path, owner(), time);
        assert!(!first.has(1, "a") && !first.has(2, "b") && first.has(1, "a") && !first.has(1, "c"));
        first.keep(&clocks(time)).unwrap();
        let mut second = open(&path, owner(), "2026-11-25T04:00:00");
        assert_eq!(second.then(), Some(&clocks(time)));
        assert!(!second.has(1, "a") && second.has(2, "b") && !second.has(3, "a"));
        second.keep(&clocks("2026-11-26T04:00:00")).unwrap();
        // Its time was not stored: all rows are delivered, but the clocks are still known.
        let mut again = open(&path, owner(), time);
        assert!(!again.has(2, "b"));
        assert_eq!(again.then(), Some(&clocks(time)));
        assert_eq!(open(&path, owner(), "2026-11-24T04:00:00").then(), None);
        let other = MemoryOwner { goods_owner: "h".to_owned(), ..owner() };
        assert!(!open(&path, other, "2026-11-26T04:00:00").has(2, "b"));
        let mut third = open(&path, owner(), "2026-11-26T04:00:00");
        assert!(third.has(2, "b"));
        // Tests the end of the program after its output is in place.
        third.forget().unwrap();
        let mut again = open(&path, owner(), "2026-11-26T04:00:00");
        assert!(!again.has(2, "b"));
        assert_eq!(again.then(), Some(&clocks("2026-11-26T04:00:00")));
    }

    #[test]
    fn a_damaged_file_is_told_and_forgets_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rows.memory");
        let time = "2026-11-25T04:00:00";
        let mut memory = open(&path, owner(), time);
        memory.has(1, "a");
        memory.keep(&clocks(time)).unwrap();
        let whole = std::fs::read(&path).unwrap();
        for length in 0..whole.len() - 1 {
            std::fs::write(&path, &whole[..length]).unwrap();
            let (mut memory, read) = Memory::open(&path, owner(), Some(time.parse().unwrap()));
            // Cut right after the head, there is no row.
            assert!(read.is_err() || !memory.has(1, "a"), "{length}");
        }
    }
}
