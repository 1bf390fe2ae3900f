//! What the warehouse holds, and each effect that a write had. Knows no HTTP and nothing of the client.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use crate::record::{Content, Form, Kind, Line, canonical};
use crate::xml::Element;

/// A date that must be sent and that the record does not have.
const UNSET: &str = "0001-01-01T00:00:00";

/// How this warehouse treats what it is given.
#[derive(Debug, Clone, Copy, Default)]
pub struct Manner {
    /// Space around a text is not kept.
    pub trims: bool,
    /// A line end is kept as a line feed, however it was sent.
    pub line_feeds: bool,
    /// A filter by number also gives what differs in case or outer space.
    pub folds: bool,
    /// It is of an earlier year than the client's contract, and shows less.
    pub older: bool,
    /// A member without a value is in an answer as an empty element.
    pub shows_empty: bool,
}

impl Manner {
    /// What is kept of a value.
    pub fn kept(self, form: Form, value: &str) -> String {
        let Form::Text(most) = form else { return canonical(form, value) };
        let mut text =
            if self.line_feeds { value.replace("\r\n", "\n").replace('\r', "\n") } else { value.into() };
        if most > 0 && text.encode_utf16().count() > most {
            let units: Vec<u16> = text.encode_utf16().take(most).collect();
            // A character of two units that does not fit whole is not kept at all.
            text = char::decode_utf16(units).map_while(Result::ok).collect();
        }
        if self.trims { text.trim().to_owned() } else { text }
    }
}

/// Whose it is, what it is, and its number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Id {
    pub kind: Kind,
    pub owner: String,
    pub key: String,
}

/// A write as it arrived.
#[derive(Debug, Clone)]
pub struct Write {
    pub id: Id,
    pub operation: String,
    /// The members that it sets, by their index in the kind; an empty element sets nothing in.
    pub members: BTreeMap<usize, String>,
    /// `None` leaves the lines as they are.
    pub lines: Option<Vec<Line>>,
    /// When it arrived, and when it took effect, in the warehouse's count of events.
    pub arrived: u64,
    pub applied: Option<u64>,
    /// Whether it may take effect later.
    pub waits: bool,
}

impl Write {
    /// Reads the payload of a request.
    pub fn read(id: Id, payload: &Element) -> Write {
        let members = id.kind.members().iter().enumerate().filter_map(|(index, member)| {
            let element = payload.at(member.sent).filter(|element| !element.nil)?;
            Some((index, element.text.clone()))
        });
        let lines = id.kind.lines().and_then(|(list, item)| {
            let list = payload.child(list).filter(|list| !list.nil)?;
            let line = |line: &Element| Line {
                article: line.text_at("ArticleNumber").to_owned(),
                items: line.text_at("NumberOfItems").to_owned(),
                comment: line.child("OrderLineComment").map(|comment| comment.text.clone()),
            };
            Some(list.children.iter().filter(|child| child.name == item).map(line).collect())
        });
        Write {
            operation: id.kind.operation().map_or("", |path| payload.text_at(path)).to_owned(),
            members: members.collect(),
            lines,
            id,
            arrived: 0,
            applied: None,
            waits: false,
        }
    }

    /// Whether it carries what a record says.
    pub fn carries(&self, content: &Content) -> bool {
        let kind = self.id.kind;
        let given = content.members.iter().all(|(index, value)| {
            let form = kind.members()[*index].form;
            let sent = self.members.get(index).map(|sent| canonical(form, sent));
            match value {
                Some(value) => sent == Some(canonical(form, value)),
                None => sent.is_none_or(|sent| sent.is_empty()),
            }
        });
        given
            && self.members.iter().all(|(index, sent)| content.members.contains_key(index) || sent == UNSET)
            && (kind.lines().is_none()
                || self.lines.as_deref().is_some_and(|lines| same_lines(lines, &content.lines)))
    }
}

fn same_lines(some: &[Line], others: &[Line]) -> bool {
    let same = |(some, other): (&Line, &Line)| {
        let text = |line: &Line| line.comment.clone().unwrap_or_default();
        some.article == other.article
            && canonical(Form::Decimal, &some.items) == canonical(Form::Decimal, &other.items)
            && text(some) == text(other)
    };
    some.len() == others.len() && some.iter().zip(others).all(same)
}

/// An article, an order, an in-order.
#[derive(Debug, Clone)]
pub struct Thing {
    pub number: u32,
    pub id: Id,
    pub members: BTreeMap<usize, String>,
    pub lines: Vec<Line>,
    pub picked: bool,
    pub cancelled: bool,
    /// Made by a write; else it was there before.
    pub ours: bool,
}

#[derive(Debug, Default)]
pub struct Warehouse {
    pub manner: Manner,
    pub things: Vec<Thing>,
    /// All writes that arrived, in their order.
    pub writes: Vec<Write>,
    /// Look-ups that arrived.
    pub reads: u64,
    /// Articles that lines may name.
    pub known: BTreeSet<String>,
    /// Index of a write, and when it takes effect.
    queue: Vec<(Instant, usize)>,
    /// Counts events.
    pub now: u64,
    next_number: u32,
}

impl Warehouse {
    pub fn tick(&mut self) -> u64 {
        self.now += 1;
        self.now
    }

    /// Notes a write that arrived. Gives its index.
    pub fn arrive(&mut self, mut write: Write) -> usize {
        write.arrived = self.tick();
        self.writes.push(write);
        self.writes.len() - 1
    }

    /// Puts a write off.
    pub fn put_off(&mut self, index: usize, wait: Duration) {
        self.writes[index].waits = true;
        self.queue.push((Instant::now() + wait, index));
        self.queue.sort();
    }

    /// Carries out what is due; all that waits with `all`.
    pub fn settle(&mut self, all: bool) {
        while let Some((due, index)) = self.queue.first().copied()
            && (all || due <= Instant::now())
        {
            self.queue.remove(0);
            // Nobody hears of a refusal any more.
            let _ = self.carry_out(index);
        }
    }

    /// Carries a write out, or says why not. Gives the number of the thing.
    pub fn carry_out(&mut self, index: usize) -> Result<u32, String> {
        self.writes[index].waits = false;
        let write = self.writes[index].clone();
        let key = &write.id.key;
        for line in write.lines.iter().flatten() {
            if !self.known.contains(&line.article) {
                return Err(format!("Article \"{}\" was not found; {key} was not saved", line.article));
            }
        }
        let there = self.things.iter().position(|thing| thing.id == write.id && !thing.cancelled);
        let place = match (write.operation.as_str(), there) {
            ("Create", _) | ("CreateOrUpdate" | "", None) => self.make(write.id.clone(), true),
            ("CreateOrUpdate" | "Update" | "", Some(place)) => place,
            ("Remove", Some(place)) => place,
            (operation, _) => return Err(format!("{operation} of {key}: not found")),
        };
        let manner = self.manner;
        let thing = &mut self.things[place];
        if thing.picked {
            return Err(format!("{key} cannot be changed: picking has begun"));
        }
        if write.operation == "Remove" {
            thing.cancelled = true;
        } else {
            for (index, value) in &write.members {
                let form = write.id.kind.members()[*index].form;
                thing.members.insert(*index, manner.kept(form, value));
            }
            if let Some(lines) = &write.lines {
                thing.lines = lines.iter().map(|line| manner.kept_line(write.id.kind, line)).collect();
            }
        }
        let number = thing.number;
        self.writes[index].applied = Some(self.tick());
        Ok(number)
    }

    /// Something new, with nothing in it. Gives its place.
    pub fn make(&mut self, id: Id, ours: bool) -> usize {
        self.next_number += 1;
        let number = 700 + self.next_number;
        self.things.push(Thing {
            number,
            id,
            members: BTreeMap::new(),
            lines: Vec::new(),
            picked: false,
            cancelled: false,
            ours,
        });
        self.things.len() - 1
    }

    /// How many things writes have made under an id.
    pub fn made(&self, id: &Id) -> usize {
        self.things.iter().filter(|thing| thing.id == *id && thing.ours).count()
    }

    /// Whether something under an id is what a record says.
    pub fn holds(&self, id: &Id, content: &Content) -> bool {
        let live = self.things.iter().filter(|thing| thing.id == *id && !thing.cancelled);
        live.into_iter().any(|thing| self.is(thing, content))
    }

    fn is(&self, thing: &Thing, content: &Content) -> bool {
        let members = content.members.iter().all(|(index, value)| {
            let form = thing.id.kind.members()[*index].form;
            let held = thing.members.get(index).map_or("", String::as_str);
            // `null` sets nothing: whatever is there may be there.
            value.as_deref().is_none_or(|value| self.manner.kept(form, value) == held)
        });
        let lines: Vec<Line> =
            content.lines.iter().map(|line| self.manner.kept_line(thing.id.kind, line)).collect();
        members && (thing.id.kind.lines().is_none() || same_lines(&thing.lines, &lines))
    }

    /// Whether a write that carries this took effect after a moment, or still may.
    pub fn took_effect(&self, id: &Id, content: &Content, since: u64) -> bool {
        self.writes.iter().any(|write| {
            write.id == *id
                && write.carries(content)
                && (write.waits || write.applied.is_some_and(|applied| applied > since))
        })
    }
}

impl Manner {
    fn kept_line(self, kind: Kind, line: &Line) -> Line {
        Line {
            article: line.article.clone(),
            items: canonical(Form::Decimal, &line.items),
            comment: line.comment.as_deref().map(|comment| self.kept(kind.line_comment(), comment)),
        }
    }
}
