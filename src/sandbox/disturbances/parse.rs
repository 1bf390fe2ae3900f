//! Disturbances as texts, `cut-after,operation=ProcessOrder,count=3`, and as the arguments of an action.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use rust_decimal::prelude::ToPrimitive as _;
use serde_json::{Map, Value, json};

use super::disturbance::{Chance, Disturbance, DisturbanceKind};
use crate::sandbox::argument::ArgumentKind::{Decimal, Text, Whole};
use crate::sandbox::argument::{Argument, Arguments, Choice};
use crate::sandbox::contract::OPERATIONS;

/// The arguments of the action `disturb`.
pub(crate) const ARGUMENTS: &[Argument] = &[
    Argument::place("kind", Text, "What happens to the request").one_of(KINDS),
    Argument::flag("operation", Text, "Operation to disturb [default: any]"),
    Argument::flag("key", Text, "Number or id of what the request must name [default: any]"),
    Argument::flag(
        "count",
        Whole,
        "Number of requests to disturb [default: 1; with a probability, no limit]",
    ),
    Argument::flag(
        "probability",
        Decimal,
        "Probability that a request is disturbed, from 0 to 1 [default: 1]",
    ),
    Argument::flag(
        "seed",
        Whole,
        "Seed for the probability; the same seed gives the same sequence [default: 0]",
    ),
    Argument::flag(
        "seconds",
        Decimal,
        "For delay: seconds in all; for slow-drip: before each tenth [default: 1]",
    ),
    Argument::flag("code", Whole, "For status: the HTTP status, 400 to 599 [default: 503]"),
    Argument::flag("retryAfter", Whole, "For status: seconds in the header Retry-After [default: no header]"),
    Argument::flag("text", Text, "For fault and refuse: the text"),
    Argument::flag("errorKind", Text, "For refuse: the error's kind, in answers that have one"),
];

/// The arguments of the action `refuse`.
pub(crate) const REFUSE_ARGUMENTS: &[Argument] = &[
    Argument::place("operation", Text, "Operation whose requests to refuse"),
    Argument::flag("text", Text, "Message of the refusal"),
    Argument::flag("errorKind", Text, "The error's kind, in answers that have one"),
    Argument::flag("key", Text, "Number or id of what the request must name [default: any]"),
    Argument::flag("count", Whole, "Number of requests to refuse [default: 1]"),
];

/// The requested refusal.
pub(crate) fn read_refusal(given: &Arguments) -> Result<Disturbance, String> {
    let mut members = given.to_json();
    members.insert("kind".to_owned(), "refuse".into());
    read(&Arguments::read("refuse", ARGUMENTS, &Value::Object(members))?)
}

/// A waiting disturbance, member by member.
pub(crate) fn explained(id: u64, disturbance: &Disturbance) -> Value {
    let kind = disturbance.kind.name();
    json!({
        "id": id,
        "text": disturbance.to_string(),
        "kind": kind,
        "doc": KINDS.iter().find(|known| known.name == kind).map(|known| known.doc),
        "operation": disturbance.operation,
        "key": disturbance.key,
        "left": (disturbance.times < u32::MAX).then_some(disturbance.times),
        "probability": disturbance.chance.map(|chance| chance.probability),
        "seed": disturbance.chance.map(|chance| chance.seed),
    })
}

/// The kinds of disturbances.
pub(crate) const KINDS: &[Choice] = &[
    kind_of("delay", "carried out and answered later, even if the caller has gone"),
    kind_of("status", "not carried out; an HTTP status and a page of text"),
    kind_of("fault", "not carried out; a SOAP fault of the server"),
    kind_of("cut-before", "the connection is cut before the request is carried out"),
    kind_of("cut-after", "carried out, and the connection is cut before the answer"),
    kind_of("cut-mid-answer", "carried out, and the connection is cut in the middle of the answer"),
    kind_of("garbage", "carried out; the answer is not XML"),
    kind_of("slow-drip", "carried out; the answer is sent in ten pieces with a pause before each"),
    kind_of("extra-members", "carried out; the answer has additional unknown members"),
    kind_of("reordered-members", "carried out; members of the answer are in reverse order"),
    kind_of("html", "not carried out; an HTML page, as from a proxy"),
    kind_of("refuse", "not carried out; refused as by the warehouse's own rules"),
];

const fn kind_of(name: &'static str, doc: &'static str) -> Choice {
    Choice { name, doc }
}

/// The options that only this kind has.
fn own_options(kind: &str) -> &'static [&'static str] {
    match kind {
        "delay" | "slow-drip" => &["seconds"],
        "status" => &["code", "retryAfter"],
        "fault" => &["text"],
        "refuse" => &["text", "errorKind"],
        _ => &[],
    }
}

/// Why a text is not a disturbance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisturbanceError(String);

impl fmt::Display for DisturbanceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for DisturbanceError {}

impl FromStr for Disturbance {
    type Err = DisturbanceError;

    fn from_str(text: &str) -> Result<Disturbance, DisturbanceError> {
        let mut parts = text.split(',');
        let mut members = Map::new();
        members.insert("kind".to_owned(), parts.next().unwrap_or_default().trim().into());
        for part in parts {
            let Some((option, value)) = part.split_once('=') else {
                return Err(DisturbanceError(format!("expected OPTION=VALUE, found \"{part}\"")));
            };
            let is = |argument: &&Argument| argument.flag_name() == option.trim();
            let Some(argument) = ARGUMENTS.iter().skip(1).find(is) else {
                let options: Vec<String> = ARGUMENTS.iter().skip(1).map(Argument::flag_name).collect();
                let text = format!("unknown option \"{option}\": the options are {}", options.join(", "));
                return Err(DisturbanceError(text));
            };
            members.insert(argument.name.to_owned(), value.trim().into());
        }
        let given = Arguments::read("a disturbance", ARGUMENTS, &Value::Object(members));
        given.and_then(|given| read(&given)).map_err(DisturbanceError)
    }
}

/// In the form that can be parsed.
impl fmt::Display for Disturbance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.kind)?;
        if let Some(operation) = &self.operation {
            write!(f, ",operation={operation}")?;
        }
        if let Some(key) = &self.key {
            write!(f, ",key={key}")?;
        }
        if self.chance.is_none() || self.times < u32::MAX {
            write!(f, ",count={}", self.times)?;
        }
        match self.chance {
            Some(chance) => write!(f, ",probability={},seed={}", chance.probability, chance.seed),
            None => Ok(()),
        }
    }
}

/// Its name, and its own options.
impl fmt::Display for DisturbanceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        match self {
            DisturbanceKind::Delay(time) | DisturbanceKind::SlowDrip(time) => {
                write!(f, ",seconds={}", time.as_secs_f64())
            }
            DisturbanceKind::Status { code, retry_after: None } => write!(f, ",code={code}"),
            DisturbanceKind::Status { code, retry_after: Some(seconds) } => {
                write!(f, ",code={code},retry-after={seconds}")
            }
            DisturbanceKind::Fault(text) | DisturbanceKind::Refuse { text, error_kind: None } => {
                write!(f, ",text={text}")
            }
            DisturbanceKind::Refuse { text, error_kind: Some(kind) } => {
                write!(f, ",text={text},error-kind={kind}")
            }
            _ => Ok(()),
        }
    }
}

/// The requested disturbance.
pub(crate) fn read(given: &Arguments) -> Result<Disturbance, String> {
    let name = given.needed("kind");
    let others = KINDS.iter().flat_map(|kind| own_options(kind.name));
    let own = own_options(name);
    let foreign = given.names().find(|name| others.clone().any(|other| other == name) && !own.contains(name));
    if let Some(foreign) = foreign {
        return Err(format!("{name} has no argument \"{foreign}\""));
    }
    let operation = given.text("operation");
    if let Some(operation) = operation
        && !OPERATIONS.iter().any(|known| known.name == operation)
    {
        return Err(format!("operation \"{operation}\" not found"));
    }
    let chance = chance(given)?;
    let times = match given.whole("count") {
        None if chance.is_some() => u32::MAX,
        None => 1,
        Some(0) => return Err("\"count\" must be at least 1".to_owned()),
        Some(count) => u32::try_from(count).map_err(|_| format!("{count} is too large for a count"))?,
    };
    let (operation, key) = (operation.map(str::to_owned), given.text("key").map(str::to_owned));
    Ok(Disturbance { operation, key, kind: kind(name, given)?, times, chance })
}

fn chance(given: &Arguments) -> Result<Option<Chance>, String> {
    let seed = given.whole("seed");
    let Some(probability) = given.decimal("probability") else {
        return match seed {
            Some(_) => Err("\"seed\" requires \"probability\"".to_owned()),
            None => Ok(None),
        };
    };
    match probability.to_f64().filter(|number| (0.0..=1.0).contains(number)) {
        Some(number) => Ok(Some(Chance { probability: number, seed: seed.unwrap_or_default() })),
        None => Err(format!("{probability} is not a probability: expected 0 to 1")),
    }
}

fn kind(name: &str, given: &Arguments) -> Result<DisturbanceKind, String> {
    Ok(match name {
        "delay" => DisturbanceKind::Delay(seconds(given)?),
        "slow-drip" => DisturbanceKind::SlowDrip(seconds(given)?),
        "status" => {
            let code = given.whole("code").unwrap_or(503);
            let code = u16::try_from(code).ok().filter(|code| (400..=599).contains(code));
            let retry_after = given.whole("retryAfter").map(u32::try_from).transpose();
            DisturbanceKind::Status {
                code: code.ok_or("\"code\" must be a number from 400 to 599")?,
                retry_after: retry_after.map_err(|_| "\"retryAfter\" is too large")?,
            }
        }
        "fault" => DisturbanceKind::Fault(
            given.text("text").unwrap_or("Simulated failure of the service").to_owned(),
        ),
        "cut-before" => DisturbanceKind::CutBefore,
        "cut-after" => DisturbanceKind::CutAfter,
        "cut-mid-answer" => DisturbanceKind::CutMidAnswer,
        "garbage" => DisturbanceKind::Garbage,
        "extra-members" => DisturbanceKind::ExtraMembers,
        "reordered-members" => DisturbanceKind::ReorderedMembers,
        "refuse" => DisturbanceKind::Refuse {
            text: given.text("text").unwrap_or("Simulated refusal").to_owned(),
            error_kind: given.text("errorKind").map(str::to_owned),
        },
        _ => DisturbanceKind::Html,
    })
}

fn seconds(given: &Arguments) -> Result<Duration, String> {
    let Some(seconds) = given.decimal("seconds") else { return Ok(Duration::from_secs(1)) };
    let time = seconds.to_f64().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    time.filter(|time| *time <= Duration::from_secs(86_400))
        .ok_or_else(|| format!("{seconds} is out of range: expected 0 to 86400 seconds"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_and_written_again() {
        for text in [
            "delay,seconds=0.25,count=1",
            "status,code=429,retry-after=2,operation=GetOrder,count=3",
            "fault,text=deadlocked,count=1",
            "refuse,text=no credit,error-kind=CreditLimit,operation=ProcessOrder,key=1006,count=1",
            "cut-after,operation=ProcessOrder,probability=0.1,seed=7",
            "slow-drip,seconds=2,count=4,probability=0.5,seed=0",
        ] {
            assert_eq!(text.parse::<Disturbance>().unwrap().to_string(), text);
        }
        for kind in KINDS {
            assert_eq!(kind.name.parse::<Disturbance>().unwrap().kind.name(), kind.name);
        }
    }

    #[test]
    fn what_cannot_be_says_so() {
        for (text, expected) in [
            ("cut", "\"kind\" must be one of delay, status,"),
            ("", "\"kind\" must be non-empty text"),
            ("delay,seconds", "expected OPTION=VALUE, found \"seconds\""),
            ("delay,kind=html", "unknown option \"kind\""),
            ("delay,code=500", "delay has no argument \"code\""),
            ("delay,seconds=-1", "-1 is out of range"),
            ("html,count=0", "\"count\" must be at least 1"),
            ("html,operation=GetNothing", "operation \"GetNothing\" not found"),
            ("html,seed=1", "\"seed\" requires \"probability\""),
            ("html,probability=1.5", "1.5 is not a probability"),
            ("html,count=two", "\"count\" must be a whole number"),
            ("status,code=200", "\"code\" must be a number from 400 to 599"),
        ] {
            let error = text.parse::<Disturbance>().unwrap_err().to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
