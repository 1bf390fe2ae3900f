//! Reads an input into the journal, or only checks it. Everything is checked before anything is sent.

use std::collections::{BTreeSet, HashMap};
use std::thread;

use serde_json::{Map, Value};

use super::goods_owner::GoodsOwners;
use super::prepare::{Preparer, Ready};
use super::{Push, PushError, PushObserver};
use crate::batch::contract::content::version_1_digest;
use crate::batch::input::{Input, InputError};
use crate::batch::journal::{Journal, JournalError, SeenKeys, Staged, Staging};
use crate::batch::kind::identity::{Key, folded};
use crate::batch::record::Place;
use crate::operation::OperationInfo;

/// Maximum number of errors kept; further ones are only counted.
const KEPT: usize = 100;

/// What was read into the journal.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Taken {
    /// Records of the input.
    pub records: u64,
    /// Of those, refused by an earlier run, and unchanged.
    pub refused_earlier: u64,
    /// Of those, refused with this content, and repaired since.
    pub superseded: u64,
}

/// Where records go after they are checked.
pub(super) enum IntakeTarget<'a> {
    /// Into the journal, as part of a transaction.
    Journal(&'a Journal),
    /// Nowhere: only their keys are compared, also with those of the known journal, if there is one.
    Check(SeenKeys, Option<&'a Journal>),
}

impl IntakeTarget<'_> {
    /// Goods owners of earlier inputs.
    fn all_owners(&self) -> Result<Vec<String>, JournalError> {
        match self {
            IntakeTarget::Journal(journal) | IntakeTarget::Check(_, Some(journal)) => journal.all_owners(),
            IntakeTarget::Check(_, None) => Ok(Vec::new()),
        }
    }
}

/// Reads the whole input.
pub(super) fn all(
    push: &Push,
    operation: &'static OperationInfo,
    owners: &GoodsOwners,
    target: IntakeTarget<'_>,
    watch: &dyn PushObserver,
) -> Result<Taken, PushError> {
    let Some(source) = &push.source else { return Ok(Taken::default()) };
    let records = source.records(push.kind).map_err(PushError::Input)?.without_defaults();
    let total = records.total_bytes();
    let owner_names = target.all_owners()?;
    let keeps_contents = matches!(target, IntakeTarget::Journal(_));
    let mut intake = Intake {
        push,
        target,
        revived: &push.told_not_done,
        owner_names: owner_names.into_iter().map(|owner| (folded(&owner), owner)).collect(),
        last_owner: None,
        taken: Taken::default(),
        found: IntakeProblems::default(),
    };
    thread::scope(|scope| {
        let prepared = Preparer { kind: push.kind, operation, owners, keeps_contents }.start(scope, records);
        prepared.each(|batch| {
            for record in &mut batch.records {
                intake.taken.records += 1;
                match record {
                    Ok(record) => intake.take_in(record)?,
                    Err(problems) => problems.drain(..).for_each(|problem| intake.found.add(problem)),
                }
            }
            watch.on_checked(batch.bytes, total);
            Ok::<(), PushError>(())
        })
    })?;
    match intake.found.count {
        0 => Ok(intake.taken),
        number => Err(PushError::Records(intake.found.first, number)),
    }
}

#[derive(Default)]
struct IntakeProblems {
    first: Vec<InputError>,
    count: u64,
}

impl IntakeProblems {
    fn add(&mut self, problem: InputError) {
        if self.first.len() < KEPT {
            self.first.push(problem);
        }
        self.count += 1;
    }
}

struct Intake<'a> {
    push: &'a Push,
    target: IntakeTarget<'a>,
    /// Names of records that are read again even if the user withdrew them.
    revived: &'a BTreeSet<String>,
    /// The spelling of each goods owner, by its name without case and outer space.
    owner_names: HashMap<String, String>,
    /// The goods owner of the last record, whose spelling is right.
    last_owner: Option<String>,
    taken: Taken,
    found: IntakeProblems,
}

impl Intake<'_> {
    fn wrong(&mut self, place: &Place, what: String, hint: Option<String>) {
        self.found.add(InputError { place: place.clone(), what, hint });
    }

    fn take_in(&mut self, record: &Ready) -> Result<(), PushError> {
        let Ready { place, owner, key, .. } = record;
        // Most records have the goods owner of the one before.
        if self.last_owner.as_ref() != Some(owner) {
            let known = self.owner_names.entry(folded(owner)).or_insert_with(|| owner.clone());
            if known != owner && !self.push.exact_keys {
                let what = format!("goods owner {owner:?} differs from {known:?} only in case or space");
                self.wrong(place, what, Some("spell it alike, or use --exact-keys".to_owned()));
                return Ok(());
            }
            self.last_owner = Some(owner.clone());
        }
        let staged = match &mut self.target {
            IntakeTarget::Check(seen, known) => {
                if !self.push.exact_keys
                    && let Some(known) = known
                    && let Some((other, at)) = known.alike(owner, key)?
                {
                    self.alike(place, key, &other, &at);
                    return Ok(());
                }
                seen.add(owner, key, place)?
            }
            IntakeTarget::Journal(journal) => {
                let journal = *journal;
                self.stage(journal, record)?
            }
        };
        match staged {
            Staged::New => {}
            Staged::Same(state) if state.is_refused() => self.taken.refused_earlier += 1,
            Staged::Same(_) => {}
            Staged::Superseded => self.taken.superseded += 1,
            Staged::Twice(first) => {
                let what = format!("duplicate key {} (first seen at {first})", key.text);
                self.wrong(place, what, Some(self.one_for_each_key()));
            }
            Staged::Alike(other, at) => self.alike(place, key, &other, &at),
        }
        Ok(())
    }

    fn stage(&self, journal: &Journal, record: &Ready) -> Result<Staged, JournalError> {
        let Ready { place, owner, key, content, payload } = record;
        let revive = !self.revived.is_empty() && self.revived.contains(&format!("{owner}:{}", key.text));
        journal.stage(&Staging {
            owner,
            key,
            place,
            content,
            payload,
            version_1_digest: &|| self.version_1_digest(payload),
            exact_keys: self.push.exact_keys,
            again: self.push.retry_refused,
            revive,
        })
    }

    /// The digest in a version 1 journal, of the payload with the defaults of its kind.
    fn version_1_digest(&self, payload: &str) -> Vec<u8> {
        // The text of a payload can be read as one.
        let mut whole: Map<String, Value> = serde_json::from_str(payload).unwrap_or_default();
        self.push.kind.apply_defaults(&mut whole);
        version_1_digest(&whole)
    }

    /// What to do about a key that is there twice. Rows of a table may be lines of one record: to delete one would lose
    /// a line.
    fn one_for_each_key(&self) -> String {
        match self.push.source.as_ref().and_then(Input::is_grouped) {
            Some(true) => "rows of one record must follow each other: sort the table by the column of group_by",
            Some(false) => {
                "if the rows are lines of one record, set group_by in the column map to the column of its key; \
                 otherwise keep only one row for each key"
            }
            None => "keep only one record for each key",
        }
        .to_owned()
    }

    fn alike(&mut self, place: &Place, key: &Key, other: &str, at: &str) {
        let what = format!("key {:?} differs from {other:?} (at {at}) only in case or outer space", key.text);
        let hint = "if both are one record, spell the key alike; otherwise use --exact-keys";
        self.wrong(place, what, Some(hint.to_owned()));
    }
}
