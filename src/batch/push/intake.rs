//! Taking an input in: everything is checked, and kept in the journal.

use std::collections::{BTreeSet, HashMap};
use std::fmt;

use serde_json::Value;

use super::goods_owner::GoodsOwners;
use super::{Push, PushError, Watch};
use crate::batch::contract::check::check;
use crate::batch::contract::content::{Content, version_1_digest};
use crate::batch::journal::{Journal, Staged, Staging};
use crate::batch::kind::identity::folded;
use crate::batch::record::{Place, Record};
use crate::dynamic;
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

/// What was taken in.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Taken {
    /// Records of the input.
    pub records: u64,
    /// Of those, refused by an earlier run, and the same.
    pub refused_earlier: u64,
    /// Of those, refused as they are here, and repaired since.
    pub superseded: u64,
}

/// Reads all of the input, as part of a transaction of the journal.
pub(super) fn all(
    push: &Push,
    operation: &'static OperationInfo,
    owners: &GoodsOwners,
    journal: &Journal,
    watch: &dyn Watch,
) -> Result<Taken, PushError> {
    let Some(source) = &push.source else { return Ok(Taken::default()) };
    let mut records = source.records(push.kind).map_err(PushError::Input)?.without_defaults();
    let mut intake = Intake {
        push,
        operation,
        owners,
        journal,
        revived: &push.told_not_done,
        owner_names: journal.all_owners()?.into_iter().map(|owner| (folded(&owner), owner)).collect(),
        taken: Taken::default(),
        found: Found::default(),
    };
    while let Some(record) = records.next() {
        match record {
            Ok(record) => intake.take_in(record)?,
            Err(error) => {
                intake.found.add(Problem { place: error.place, what: error.what, hint: error.hint });
            }
        }
        intake.taken.records += 1;
        if intake.taken.records.is_multiple_of(STEP) {
            watch.on_checked(records.bytes_read(), records.total_bytes());
        }
    }
    watch.on_checked(records.bytes_read(), records.total_bytes());
    match intake.found.count {
        0 => Ok(intake.taken),
        number => Err(PushError::Records(intake.found.first, number)),
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

struct Intake<'a> {
    push: &'a Push,
    operation: &'static OperationInfo,
    owners: &'a GoodsOwners,
    journal: &'a Journal,
    /// Names of records that are taken in again even if the user withdrew them.
    revived: &'a BTreeSet<String>,
    /// Each goods owner as it is written, by its name without case and outer space.
    owner_names: HashMap<String, String>,
    taken: Taken,
    found: Found,
}

impl Intake<'_> {
    fn wrong(&mut self, place: Place, what: String, hint: Option<String>) {
        self.found.add(Problem { place, what, hint });
    }

    fn take_in(&mut self, record: Record) -> Result<(), PushError> {
        let Record { place, goods_owner, payload } = record;
        let mut whole = payload.clone();
        self.push.kind.apply_defaults(&mut whole);
        let (request, key) = match (check(self.operation, &whole), self.push.kind.identity.key(&whole)) {
            (Ok(request), Ok(key)) => (request, key),
            (checked, key) => {
                let problems = checked.err().unwrap_or_default();
                // The key is missing too where the member is that says what the key is.
                let is_known = problems.iter().any(|problem| problem.path == self.push.kind.identity.by);
                for problem in problems {
                    let what = problem.to_string();
                    self.wrong(place.clone(), what, problem.hint);
                }
                if let Err(what) = key
                    && !is_known
                {
                    self.wrong(place, what, None);
                }
                return Ok(());
            }
        };
        let owner = self.owners.resolve(goods_owner.as_deref());
        if let Err(error) = request.render(&self.owners.client(&owner)) {
            self.wrong(place, error.to_string(), None);
            return Ok(());
        }
        let known = self.owner_names.entry(folded(&owner)).or_insert_with(|| owner.clone());
        if *known != owner && !self.push.exact_keys {
            let what = format!("goods owner {owner:?} differs from {known:?} only in case or space");
            self.wrong(place, what, Some("write it alike, or use --exact-keys".to_owned()));
            return Ok(());
        }
        let content = Content::of(dynamic::payload(self.operation), &payload);
        let staged = self.journal.stage(&Staging {
            owner: &owner,
            key: &key,
            place: &place,
            content: &content,
            payload: &Value::Object(payload).to_string(),
            version_1_digest: &|| version_1_digest(&whole),
            exact_keys: self.push.exact_keys,
            again: self.push.retry_refused,
            revive: self.revived.contains(&format!("{owner}:{}", key.text)),
        })?;
        match staged {
            Staged::New => {}
            Staged::Same(state) if state.is_refused() => self.taken.refused_earlier += 1,
            Staged::Same(_) => {}
            Staged::Superseded => self.taken.superseded += 1,
            Staged::Twice(first) => {
                let what = format!("duplicate key {} (first seen at {first})", key.text);
                self.wrong(place, what, Some("keep only one record of a key".to_owned()));
            }
            Staged::Alike(other, at) => {
                let what = format!(
                    "key {:?} differs from {other:?} (at {at}) only in case or outer space",
                    key.text
                );
                let hint = "if both are one record, write the key alike; if not, use --exact-keys";
                self.wrong(place, what, Some(hint.to_owned()));
            }
        }
        Ok(())
    }
}
