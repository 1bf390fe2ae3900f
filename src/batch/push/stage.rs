//! The first reading of an input: everything is checked, and taken into the journal.

use std::fmt;

use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::{Push, PushError, Watch};
use crate::batch::check::check;
use crate::batch::journal::{Journal, Staged};
use crate::batch::record::{Place, Record};
use crate::client::Client;
use crate::operation::OperationInfo;

/// How many problems are kept; of more there is only the number.
const KEPT: usize = 100;

/// How often the watcher hears of it, in records.
const STEP: u64 = 256;

/// Something that is wrong with an input.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// What, with the member's path where there is one.
    pub what: String,
    /// What to do about it, where that is known.
    pub hint: Option<String>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

/// Reads all of the input. Gives the number of records.
pub(super) fn all(
    push: &Push,
    operation: &'static OperationInfo,
    client: &Client,
    journal: &Journal,
    watch: &dyn Watch,
) -> Result<u64, PushError> {
    let mut records = push.source.records(push.kind).map_err(PushError::Input)?;
    let mut found = Found::default();
    let mut count = 0;
    while let Some(record) = records.next() {
        match record {
            Ok(record) => take_in(push, operation, client, journal, record, &mut found)?,
            Err(error) => {
                found.add(Problem { place: error.place, what: error.what, hint: error.hint });
            }
        }
        count += 1;
        if count % STEP == 0 {
            watch.on_checked(records.bytes_read(), records.total_bytes());
        }
    }
    watch.on_checked(records.bytes_read(), records.total_bytes());
    match found.count {
        0 => Ok(count),
        number => Err(PushError::Records(found.first, number)),
    }
}

#[derive(Default)]
struct Found {
    first: Vec<Problem>,
    count: u64,
}

impl Found {
    fn add(&mut self, problem: Problem) {
        if self.first.len() < KEPT {
            self.first.push(problem);
        }
        self.count += 1;
    }
}

fn take_in(
    push: &Push,
    operation: &'static OperationInfo,
    client: &Client,
    journal: &Journal,
    record: Record,
    found: &mut Found,
) -> Result<(), PushError> {
    let Record { place, goods_owner, payload } = record;
    let request = match check(operation, &payload) {
        Ok(request) => request,
        Err(problems) => {
            for problem in problems {
                let what = problem.to_string();
                found.add(Problem { place: place.clone(), what, hint: problem.hint });
            }
            return Ok(());
        }
    };
    let key = match push.kind.identity.key(&payload) {
        Ok(key) => key,
        Err(what) => {
            found.add(Problem { place, what, hint: None });
            return Ok(());
        }
    };
    let rendered = match &goods_owner {
        Some(code) => request.render(&super::worker::client_of(client, code)),
        None => request.render(client),
    };
    if let Err(error) = rendered {
        found.add(Problem { place, what: error.to_string(), hint: None });
        return Ok(());
    }
    let owner = goods_owner.unwrap_or_default();
    match journal.stage(&owner, &key.text, &hash(&payload), &place.to_string())? {
        Staged::Taken => {}
        Staged::Twice(first) => {
            let what = format!("{} stands here for the second time, first at {first}", key.text);
            let hint = "one record a key: which of them holds is not for this program to say".to_owned();
            found.add(Problem { place, what, hint: Some(hint) });
        }
    }
    Ok(())
}

/// Whether two records have the same content.
pub(super) fn hash(payload: &Map<String, Value>) -> [u8; 32] {
    struct Bytes(Sha256);
    impl std::io::Write for Bytes {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.update(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut bytes = Bytes(Sha256::new());
    // A map of JSON values can always be written, and so can its hash.
    let _ = serde_json::to_writer(&mut bytes, payload);
    bytes.0.finalize().into()
}
