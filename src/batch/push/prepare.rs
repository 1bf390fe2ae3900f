//! Prepares records for the journal: checks them and finds their goods owner, key and content. Nothing here needs the
//! journal, so other threads do it than the one that writes there.

use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::{self, Scope};

use super::goods_owner::GoodsOwners;
use crate::batch::contract::check::{check_tree, is_doubtful};
use crate::batch::contract::content::Content;
use crate::batch::contract::known_paths::KnownPath;
use crate::batch::input::{InputError, JsonLine, Records, UnreadRecord};
use crate::batch::kind::Kind;
use crate::batch::kind::identity::Key;
use crate::batch::record::{GOODS_OWNER, Place, REJECTED, Record};
use crate::dynamic;
use crate::operation::OperationInfo;
use crate::xml::json_ref::JsonRef;
use crate::xml::json_tree::JsonTree;

/// Maximum number of records in a batch between threads, and the input bytes after which a batch is closed.
const TOGETHER: usize = 64;
const BYTES_TOGETHER: u64 = 1 << 17;

/// Maximum number of threads that prepare records; more would wait for the journal.
const MOST_WORKERS: usize = 3;

/// A valid record.
pub(super) struct Ready {
    pub place: Place,
    pub owner: String,
    pub key: Key,
    /// Empty if the input is only checked.
    pub content: Content,
    /// As read, in JSON form. Empty if the input is only checked.
    pub payload: String,
}

/// A batch of records that is passed between threads.
pub(super) struct Batch<T> {
    pub records: Vec<T>,
    /// Bytes of the input read so far.
    pub bytes: u64,
}

pub(super) type Prepared = Result<Ready, Vec<InputError>>;

/// The settings that records are prepared with.
#[derive(Clone, Copy)]
pub(super) struct Preparer<'a> {
    pub kind: &'static Kind,
    pub operation: &'static OperationInfo,
    pub owners: &'a GoodsOwners,
    /// Whether content and payload are needed.
    pub keeps_contents: bool,
}

/// Prepared records, in the order of the input.
pub(super) struct PreparedRecords {
    workers: Vec<PreparingWorker>,
    next: usize,
}

/// The ends of a worker's channels.
struct PreparingWorker {
    prepared: Receiver<Batch<Prepared>>,
    /// Takes back batches that are no longer needed, so that the thread that allocated their memory frees it: otherwise
    /// both threads wait for the allocator.
    used: Sender<Batch<Prepared>>,
}

impl PreparedRecords {
    /// Calls `each` with each batch, until it fails.
    pub fn each<E>(mut self, mut each: impl FnMut(&mut Batch<Prepared>) -> Result<(), E>) -> Result<(), E> {
        loop {
            // In the order in which they are served.
            let worker = &self.workers[self.next];
            let Ok(mut batch) = worker.prepared.recv() else { return Ok(()) };
            each(&mut batch)?;
            // The worker may have ended.
            let _ = worker.used.send(batch);
            self.next = (self.next + 1) % self.workers.len();
        }
    }
}

impl<'a> Preparer<'a> {
    /// Reads and prepares all records. The threads end when everything is read or the returned value is dropped.
    pub fn start<'scope>(self, scope: &'scope Scope<'scope, '_>, records: Records) -> PreparedRecords
    where
        'a: 'scope,
    {
        let free = thread::available_parallelism().map_or(1, |number| number.get().saturating_sub(1));
        let mut inputs = Vec::new();
        let mut workers = Vec::new();
        let (read_before, to_free_read) = channel();
        for _ in 0..free.clamp(1, MOST_WORKERS) {
            let (input, read) = sync_channel::<Batch<UnreadRecord>>(1);
            let (output, prepared) = sync_channel(1);
            let (used, to_free) = channel();
            let read_before = read_before.clone();
            scope.spawn(move || {
                for Batch { records, bytes } in read {
                    to_free.try_iter().for_each(drop::<Batch<Prepared>>);
                    let prepared = records.iter().map(|record| self.prepare(record)).collect();
                    // The reader may have ended.
                    let _ = read_before.send(records);
                    if output.send(Batch { records: prepared, bytes }).is_err() {
                        break;
                    }
                }
            });
            inputs.push(input);
            workers.push(PreparingWorker { prepared, used });
        }
        scope.spawn(move || read_all(records, &inputs, &to_free_read));
        PreparedRecords { workers, next: 0 }
    }

    fn prepare(&self, record: &UnreadRecord) -> Prepared {
        match record {
            UnreadRecord::Record(Ok(record)) => self.prepare_record(record),
            UnreadRecord::Record(Err(error)) => Err(vec![error.clone()]),
            UnreadRecord::Line(line) => match self.prepare_line(line) {
                Some(prepared) => prepared,
                None => self.prepare_record(&line.read(self.kind)?),
            },
        }
    }

    fn prepare_record(&self, record: &Record) -> Prepared {
        let tree = JsonTree::of(&record.payload);
        let payload = if self.keeps_contents { tree.to_text() } else { String::new() };
        self.prepare_tree(record.place.clone(), record.goods_owner.as_deref(), tree, payload)
    }

    /// Prepares a line without a copy of its texts; `None` for a line that is not as usual.
    fn prepare_line(&self, line: &JsonLine) -> Option<Prepared> {
        let (text, parsed) = line.parse()?;
        let (mut tree, mut is_unchanged) = (parsed.tree, parsed.is_compact);
        is_unchanged &= tree.remove(REJECTED).is_none();
        let goods_owner = match tree.remove(GOODS_OWNER) {
            None => None,
            Some(JsonTree::Text(code)) if !code.is_empty() => {
                is_unchanged = false;
                Some(code)
            }
            Some(_) => return None,
        };
        let payload = match is_unchanged {
            _ if !self.keeps_contents => String::new(),
            true => text.to_owned(),
            false => tree.to_text(),
        };
        Some(self.prepare_tree(line.place(), goods_owner.as_deref(), tree, payload))
    }

    fn prepare_tree(
        &self,
        place: Place,
        goods_owner: Option<&str>,
        mut tree: JsonTree<'_>,
        payload: String,
    ) -> Prepared {
        let mut doubtful = false;
        let ty = dynamic::payload(self.operation);
        let mut check = |path: &KnownPath, value: JsonRef<'_>| {
            doubtful = doubtful || is_doubtful(path, value);
        };
        let content = if self.keeps_contents {
            Content::checked(ty, &tree, &mut check)
        } else {
            Content::only_check(ty, &tree, &mut check);
            Content::default()
        };
        self.kind.fill(&mut tree);
        let checked = check_tree(self.operation, &mut tree, doubtful);
        let key = self.kind.identity.key_of(&|path| tree.text_at(path).map(str::to_owned));
        let wrong = |what: String, hint: Option<String>| InputError { place: place.clone(), what, hint };
        let (request, key) = match (checked, key) {
            (Ok(request), Ok(key)) => (request, key),
            (checked, key) => {
                let problems = checked.err().unwrap_or_default();
                // The key is also missing if the member that names its kind is missing.
                let is_known = problems.iter().any(|problem| problem.path == self.kind.identity.by);
                let mut told: Vec<InputError> =
                    problems.into_iter().map(|problem| wrong(problem.to_string(), problem.hint)).collect();
                if let Err(what) = key
                    && !is_known
                {
                    told.push(wrong(what, None));
                }
                return Err(told);
            }
        };
        let owner = self.owners.resolve(goods_owner);
        if let Err(error) = request.check(&self.owners.client(&owner)) {
            return Err(vec![wrong(error.to_string(), None)]);
        }
        Ok(Ready { place, owner, key, content, payload })
    }
}

/// Hands the work to the workers in order, and frees what they have done.
fn read_all(
    mut records: Records,
    workers: &[SyncSender<Batch<UnreadRecord>>],
    to_free: &Receiver<Vec<UnreadRecord>>,
) {
    let mut begun = 0;
    for worker in workers.iter().cycle() {
        to_free.try_iter().for_each(drop);
        let mut batch = Vec::new();
        let mut ended = false;
        while !ended && batch.len() < TOGETHER && records.bytes_read() < begun + BYTES_TOGETHER {
            match records.next_unread() {
                Some(record) => batch.push(record),
                None => ended = true,
            }
        }
        begun = records.bytes_read();
        if worker.send(Batch { records: batch, bytes: begun }).is_err() || ended {
            break;
        }
    }
}
