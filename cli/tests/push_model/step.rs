//! What may happen, and sequences of it.

use fastrand::Rng;
use serde::{Deserialize, Serialize};

use crate::answer::{Behaviour, FRONT_DOOR, Fate, OTHERS, ReadBehaviour, Said};
use crate::record::{Content, Form, KINDS, Kind, Line};
use crate::service::Moment;

pub const OWNERS: [&str; 2] = ["ACME", "BETA"];
/// The last is a key of its own only where keys are exact.
pub const KEYS: [&str; 4] = ["K-1", "K-2", "2026/3", "k-1"];
/// Articles that the warehouse knows from the start, and then those that it does not.
pub const KNOWN: [&str; 2] = ["MUG", "BOWL"];
const UNKNOWN: [&str; 2] = ["ANALOG INPUT", "username login-kit"];

/// Damage to a journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Damage {
    /// All of it is gone.
    Gone,
    /// What has not been merged into the main file is gone (`-wal`, `-shm`).
    NoLog,
    /// The main file is gone and the rest is there.
    OnlyLog,
    /// A bit of the byte at this part (of 65,536) of the main file is another.
    Bit(u16),
    /// The same, of the log.
    LogBit(u16),
    /// The main file ends at this part.
    Short(u16),
    /// The log ends at this part.
    LogShort(u16),
    /// The main file is that of an earlier moment, the log is not.
    OldMain,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    /// A record is in the input, with this content; `owner` is that of its column.
    Edit {
        kind: Kind,
        key: u8,
        owner: Option<u8>,
        content: Content,
    },
    /// A record is no longer in the input.
    Leave {
        kind: Kind,
        key: u8,
    },
    /// A member is emptied, or said to be null.
    Empty {
        kind: Kind,
        key: u8,
        member: u8,
        null: bool,
    },
    /// The input is written anew: other order of records and members, other spelling of numbers and dates.
    Respell {
        kind: Kind,
        seed: u64,
    },
    /// A record's goods owner is in its column, or is not.
    Column {
        kind: Kind,
        key: u8,
        owner: Option<u8>,
    },
    /// The goods owner of the settings.
    Setting {
        owner: u8,
    },
    /// What happens to the next writes.
    Behave(Vec<Behaviour>),
    /// What happens to the next look-ups.
    BehaveRead(Vec<ReadBehaviour>),
    Push {
        kind: Kind,
    },
    RetryRefused {
        kind: Kind,
    },
    /// A push without an input, of what is open.
    Resume {
        kind: Kind,
    },
    /// A push that leaves alone what is open from earlier inputs.
    OnlyInput {
        kind: Kind,
    },
    /// A push that is killed in a call, so many calls after the first.
    PushKilledIn {
        kind: Kind,
        moment: Moment,
        before: u8,
    },
    /// A push that is killed so many milliseconds after its start.
    PushKilledAfter {
        kind: Kind,
        milliseconds: u16,
    },
    /// The warehouse begins to pick, or to receive.
    Pick {
        kind: Kind,
        owner: u8,
        key: u8,
    },
    /// Something cancelled has the number too.
    Reuse {
        kind: Kind,
        owner: u8,
        key: u8,
    },
    /// The article is known from now on.
    Teach {
        article: u8,
    },
    /// Somebody looks in the warehouse at each record with an unknown outcome, and says what he saw.
    Tell {
        kind: Kind,
    },
    Damage {
        kind: Kind,
        damage: Damage,
    },
    /// The journal is copied elsewhere and back.
    Move {
        kind: Kind,
    },
    /// A record is withdrawn, whatever became of it.
    Drop {
        kind: Kind,
        owner: u8,
        key: u8,
    },
    /// The journal of an earlier day is put back, with its lock file or beside that of today.
    PutBack {
        kind: Kind,
        lock: bool,
    },
    /// Somebody begins to repair the list of refused records.
    Repair {
        kind: Kind,
    },
    /// The clock of the computer is wrong by so many seconds.
    Clock {
        seconds: i32,
    },
}

/// A sequence: how the warehouse is, and what happens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sequence {
    pub trims: bool,
    pub line_feeds: bool,
    pub folds: bool,
    pub shows_empty: bool,
    #[serde(default)]
    pub older: bool,
    /// Keys that differ only in case are different keys, here and in the warehouse.
    #[serde(default)]
    pub exact: bool,
    pub steps: Vec<Step>,
}

/// The sequence of a seed.
pub fn sequence(seed: u64) -> Sequence {
    let mut random = Rng::with_seed(seed);
    let exact = random.u8(0..8) == 0;
    let mut generator = Generator { kinds: kinds(&mut random), exact, random };
    let mut steps = Vec::new();
    for kind in generator.kinds.clone() {
        for key in 0..generator.random.u8(1..=3) {
            steps.push(generator.edit(kind, key));
        }
    }
    for _ in 0..generator.random.u8(4..16) {
        generator.step(&mut steps);
    }
    let random = &mut generator.random;
    Sequence {
        trims: random.bool(),
        line_feeds: random.bool(),
        folds: random.bool(),
        shows_empty: random.bool(),
        older: random.u8(0..4) == 0,
        exact,
        steps,
    }
}

/// Mostly one kind, so that more happens to each record.
fn kinds(random: &mut Rng) -> Vec<Kind> {
    match random.u8(0..10) {
        0..3 => vec![Kind::Articles],
        3..7 => vec![Kind::Orders],
        7..9 => vec![Kind::InOrders],
        _ => KINDS.to_vec(),
    }
}

struct Generator {
    random: Rng,
    kinds: Vec<Kind>,
    exact: bool,
}

impl Generator {
    fn kind(&mut self) -> Kind {
        self.kinds[self.random.usize(0..self.kinds.len())]
    }

    fn key(&mut self) -> u8 {
        self.random.u8(0..if self.exact { 4 } else { 3 })
    }

    fn owner(&mut self) -> u8 {
        self.random.u8(0..2)
    }

    fn column(&mut self) -> Option<u8> {
        if self.random.u8(0..4) == 0 { Some(self.owner()) } else { None }
    }

    fn edit(&mut self, kind: Kind, key: u8) -> Step {
        Step::Edit { kind, key, owner: self.column(), content: self.content(kind) }
    }

    fn content(&mut self, kind: Kind) -> Content {
        let mut members = std::collections::BTreeMap::new();
        for (index, member) in kind.members().iter().enumerate() {
            let likely = if member.shown.is_some() { 2 } else { 5 };
            if self.random.u8(0..likely) == 0 {
                members.insert(index, Some(self.value(member.form)));
            }
        }
        let mut lines = Vec::new();
        if kind.lines().is_some() {
            for _ in 0..self.random.u8(1..3) {
                let article = match self.random.u8(0..12) {
                    0 => UNKNOWN[self.random.usize(0..2)],
                    _ => KNOWN[self.random.usize(0..2)],
                };
                let comment = (self.random.u8(0..4) == 0).then(|| self.value(kind.line_comment()));
                let items = self.value(Form::Decimal);
                lines.push(Line { article: article.to_owned(), items, comment });
            }
        }
        let create = kind.operation().is_some() && self.random.u8(0..3) == 0;
        Content { create, members, lines }
    }

    fn value(&mut self, form: Form) -> String {
        match form {
            Form::Decimal => ["1", "2.5", "10", "0.25"][self.random.usize(0..4)].to_owned(),
            Form::Date => ["2026-12-01T00:00:00", "2026-12-24T08:30:00"][self.random.usize(0..2)].to_owned(),
            Form::Text(most) => match self.random.u8(0..10) {
                0 => String::new(),
                1 => " padded ".to_owned(),
                // So many UTF-16 units, as the service counts, and fewer characters.
                2 if most > 0 => format!("{}😀", "x".repeat(most - 2)),
                3 if most != 50 => "two\r\nlines".to_owned(),
                4 => "log in with username & password <b>".to_owned(),
                5 => "Å ångström".to_owned(),
                _ => ["leave at door", "ring twice", "c/o ANALOG INPUT"][self.random.usize(0..3)].to_owned(),
            },
        }
    }

    fn behaviour(&mut self) -> Behaviour {
        let random = &mut self.random;
        let other = |random: &mut Rng| {
            let retry_after = (random.u8(0..3) == 0).then(|| random.u8(0..2));
            match random.u8(0..16) {
                0..7 => Said::Status(OTHERS[random.usize(0..OTHERS.len())], retry_after),
                7 => Said::Page,
                8 => Said::Garbage,
                9 => Said::Empty,
                10 => Said::CutWithin,
                11 => Said::NoHttp,
                12 => Said::NoSuccess(random.bool()),
                13 => Said::Fault(false),
                _ => Said::Cut,
            }
        };
        let (fate, said) = match random.u8(0..12) {
            0..2 => (Fate::Now, Said::Truth(0)),
            2..5 => (Fate::Now, other(random)),
            5..8 => (Fate::Late(random.u16(5..300)), other(random)),
            8 => (Fate::Never, other(random)),
            9 => (Fate::Never, Said::Status(FRONT_DOOR[random.usize(0..FRONT_DOOR.len())], None)),
            10 => (Fate::Never, Said::Truth(random.u8(0..6))),
            _ => match random.u8(0..4) {
                0 => (Fate::Never, Said::Fault(true)),
                1 => (Fate::Never, Said::OtherNumber),
                2 => (Fate::Now, Said::OtherNumber),
                _ => (Fate::Late(random.u16(5..300)), Said::Silence),
            },
        };
        Behaviour { fate, said }
    }

    fn read_behaviour(&mut self) -> ReadBehaviour {
        match self.random.u8(0..7) {
            0..2 => ReadBehaviour::Right,
            2 => ReadBehaviour::Status([500, 503, 429, 403, 404][self.random.usize(0..5)]),
            3 => ReadBehaviour::Garbage,
            4 => ReadBehaviour::Cut,
            5 => ReadBehaviour::CutWithin,
            _ => ReadBehaviour::All,
        }
    }

    fn step(&mut self, steps: &mut Vec<Step>) {
        let kind = self.kind();
        let step = match self.random.u8(0..52) {
            0..6 => {
                let key = self.key();
                self.edit(kind, key)
            }
            6 => Step::Leave { kind, key: self.key() },
            7..10 => {
                let (key, member, null) = (self.key(), self.random.u8(0..6), self.random.u8(0..3) == 0);
                Step::Empty { kind, key, member, null }
            }
            10..12 => Step::Respell { kind, seed: self.random.u64(0..1000) },
            12 => Step::Column { kind, key: self.key(), owner: self.column() },
            13..15 => Step::Setting { owner: self.owner() },
            15..22 => {
                let many = self.random.u8(1..4);
                steps.push(Step::Behave((0..many).map(|_| self.behaviour()).collect()));
                self.any_push(kind)
            }
            22..24 => {
                let many = self.random.u8(1..4);
                Step::BehaveRead((0..many).map(|_| self.read_behaviour()).collect())
            }
            24..30 => self.any_push(kind),
            30..32 => Step::RetryRefused { kind },
            32..35 => Step::Pick { kind, owner: self.owner(), key: self.key() },
            35 => Step::Reuse { kind, owner: self.owner(), key: self.key() },
            36 => Step::Teach { article: self.random.u8(0..2) },
            37..39 => Step::Tell { kind },
            39..42 => {
                let damage = self.damage();
                Step::Damage { kind, damage }
            }
            42 => Step::Move { kind },
            43..45 => Step::Resume { kind },
            45 => Step::OnlyInput { kind },
            46 => Step::Drop { kind, owner: self.owner(), key: self.key() },
            47..49 => Step::PutBack { kind, lock: self.random.bool() },
            49 => Step::Repair { kind },
            _ => Step::Clock { seconds: [-86_400, -3_600, 3_600, 86_400, 700_000][self.random.usize(0..5)] },
        };
        steps.push(step);
    }

    fn any_push(&mut self, kind: Kind) -> Step {
        let moments = [Moment::Arrived, Moment::CarriedOut, Moment::Answered, Moment::LookedUp];
        match self.random.u8(0..10) {
            0..5 => Step::Push { kind },
            5..9 => {
                let moment = moments[self.random.usize(0..4)];
                Step::PushKilledIn { kind, moment, before: self.random.u8(0..3) }
            }
            _ => Step::PushKilledAfter { kind, milliseconds: self.random.u16(1..120) },
        }
    }

    fn damage(&mut self) -> Damage {
        match self.random.u8(0..12) {
            0..2 => Damage::Gone,
            2..5 => Damage::NoLog,
            5 => Damage::OnlyLog,
            6..8 => Damage::Bit(self.random.u16(..)),
            8 => Damage::LogBit(self.random.u16(..)),
            9 => Damage::Short(self.random.u16(..)),
            10 => Damage::LogShort(self.random.u16(..)),
            _ => Damage::OldMain,
        }
    }
}

/// What of a teachable article is meant.
pub fn taught(article: u8) -> &'static str {
    UNKNOWN[usize::from(article) % 2]
}
