//! Flattens nested groups of elements into a list of members.
//!
//! A structure has one member for each name, so a group is flattened only if the order and the pairing of its elements
//! follow from the members. Otherwise a repeated group becomes a list of rounds; what cannot be represented even so is
//! refused.

use std::collections::HashMap;

use crate::model::Name;

/// How often something occurs. `None` is unbounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occurs {
    pub min: u32,
    pub max: Option<u32>,
}

impl Occurs {
    fn times(self, other: Occurs) -> Occurs {
        let max = match (self.max, other.max) {
            (Some(0), _) | (_, Some(0)) => Some(0),
            (Some(one), Some(other)) => Some(one.saturating_mul(other)),
            _ => None,
        };
        Occurs { min: self.min.saturating_mul(other.min), max }
    }

    fn plus(self, other: Occurs) -> Occurs {
        let max = self.max.zip(other.max).map(|(one, other)| one.saturating_add(other));
        Occurs { min: self.min.saturating_add(other.min), max }
    }

    fn repeats(self) -> bool {
        self.max.is_none_or(|max| max > 1)
    }
}

/// An element with its number among the declarations and its type.
#[derive(Debug, Clone)]
pub struct Member<T> {
    pub number: usize,
    pub ty: T,
    pub occurs: Occurs,
    pub nillable: bool,
}

/// A group of elements as the schema has it.
#[derive(Debug)]
pub struct Group<T> {
    pub choice: bool,
    pub occurs: Occurs,
    pub children: Vec<Particle<T>>,
}

#[derive(Debug)]
pub enum Particle<T> {
    Member(Member<T>),
    Group(Group<T>),
    Any,
}

/// What a structure can contain.
#[derive(Debug)]
pub enum Item<T> {
    Member(Member<T>),
    /// Members of a repeated group, each with the number of its alternative.
    Rounds {
        members: Vec<(Member<T>, usize)>,
        occurs: Occurs,
    },
    Any,
}

/// Why no structure can represent it: `{}` is the name of the member.
#[derive(Debug)]
pub struct Wrong {
    pub member: Option<usize>,
    pub what: &'static str,
    pub hint: &'static str,
}

const NAMED_TYPE: &str = "give both the same named type";
const REWRITE: &str =
    "not supported: change the schema so that the repeated elements have their own parent element";

struct Flattener<'a, 'n, T> {
    name: &'a dyn Fn(usize) -> &'n Name,
    same: &'a dyn Fn(&T, &T) -> bool,
}

/// Items with the place of each name.
struct Found<'n, T> {
    items: Vec<Item<T>>,
    places: HashMap<Option<&'n Name>, usize>,
}

/// The items of a group, in an order that all its alternatives keep.
pub fn flatten<'n, T>(
    group: Group<T>,
    name: &dyn Fn(usize) -> &'n Name,
    same: &dyn Fn(&T, &T) -> bool,
) -> Result<Vec<Item<T>>, Wrong> {
    Flattener { name, same }.group(group)
}

impl<'n, T> Flattener<'_, 'n, T> {
    fn group(&self, group: Group<T>) -> Result<Vec<Item<T>>, Wrong> {
        let Group { choice, occurs, children } = simplified(group);
        // A round is recognized by its members; with a choice among them its start is not certain.
        let open = occurs.repeats() && children.iter().any(|child| has_choice(child));
        let mut found = Found { items: Vec::new(), places: HashMap::new() };
        let mut alternatives: Vec<usize> = Vec::new();
        for (number, child) in children.into_iter().enumerate() {
            let mut inside = match child {
                Particle::Member(member) => vec![Item::Member(member)],
                Particle::Any => vec![Item::Any],
                Particle::Group(group) => self.group(group)?,
            };
            if choice {
                inside.iter_mut().for_each(make_optional);
            }
            let before = found.items.len();
            if occurs.repeats() && choice {
                // Each alternative is a round of its own, so its members must be recognizable by their names.
                for item in inside {
                    if self.position(&found, &item).is_some() {
                        let what = "`{}` is in two alternatives of a repeated choice";
                        return Err(Wrong { member: first_member(&item), what, hint: REWRITE });
                    }
                    self.push(&mut found, item);
                }
            } else {
                self.join(&mut found, inside, choice)?;
            }
            alternatives.resize(found.items.len().max(before), number);
        }
        let mut found = found.items;
        if !occurs.repeats() {
            found.iter_mut().for_each(|item| multiply(item, occurs));
            return Ok(found);
        }
        if let [Item::Member(first), _, ..] = found.as_slice()
            && open
            && (choice || first.occurs.min == 0)
        {
            let what = "no member starts every round of the repeated group that starts with `{}`";
            return Err(wrong(first.number, what, REWRITE));
        }
        self.repeated(found, choice, alternatives, occurs)
    }

    /// A group that repeats: one item that repeats, or rounds.
    fn repeated(
        &self,
        mut found: Vec<Item<T>>,
        choice: bool,
        alternatives: Vec<usize>,
        occurs: Occurs,
    ) -> Result<Vec<Item<T>>, Wrong> {
        if found.len() <= 1 {
            found.iter_mut().for_each(|item| multiply(item, occurs));
            return Ok(found);
        }
        let mut members = Vec::new();
        for (item, alternative) in found.into_iter().zip(alternatives) {
            match item {
                Item::Member(member) => members.push((member, if choice { alternative } else { 0 })),
                Item::Any => {
                    let what = "other elements are allowed between those of a repeated group";
                    return Err(Wrong { member: None, what, hint: REWRITE });
                }
                Item::Rounds { members, .. } => {
                    let member = members.first().map(|(member, _)| member.number);
                    return Err(Wrong {
                        member,
                        what: "`{}` is in a repeated group of a repeated group",
                        hint: REWRITE,
                    });
                }
            }
        }
        Ok(vec![Item::Rounds { members, occurs }])
    }

    /// Adds the items of the next particle. A repeated name is one member if that keeps the order.
    fn join(&self, found: &mut Found<'n, T>, inside: Vec<Item<T>>, choice: bool) -> Result<(), Wrong> {
        let known = inside.iter().find_map(|item| self.position(found, item));
        let (true, Some(mut next)) = (choice, known) else {
            for item in inside {
                match self.position(found, &item) {
                    None => self.push(found, item),
                    Some(at) if at + 1 == found.items.len() => {
                        self.merge(&mut found.items[at], item, choice)?
                    }
                    Some(_) => return Err(twice(&item)),
                }
            }
            return Ok(());
        };
        for item in inside {
            match self.position(found, &item) {
                None => {
                    found.items.insert(next, item);
                    found.places.clear();
                    for (at, item) in found.items.iter().enumerate() {
                        found.places.extend(self.names(item).into_iter().map(|name| (name, at)));
                    }
                }
                Some(at) if at >= next => {
                    self.merge(&mut found.items[at], item, choice)?;
                    next = at;
                }
                Some(_) => return Err(twice(&item)),
            }
            next += 1;
        }
        Ok(())
    }

    fn push(&self, found: &mut Found<'n, T>, item: Item<T>) {
        let at = found.items.len();
        found.places.extend(self.names(&item).into_iter().map(|name| (name, at)));
        found.items.push(item);
    }

    fn position(&self, found: &Found<'n, T>, item: &Item<T>) -> Option<usize> {
        self.names(item).into_iter().find_map(|name| found.places.get(&name).copied())
    }

    /// The names that identify an item; `None` for other elements.
    fn names(&self, item: &Item<T>) -> Vec<Option<&'n Name>> {
        match item {
            Item::Member(member) => vec![Some((self.name)(member.number))],
            Item::Rounds { members, .. } => {
                members.iter().map(|(member, _)| Some((self.name)(member.number))).collect()
            }
            Item::Any => vec![None],
        }
    }

    fn merge(&self, known: &mut Item<T>, item: Item<T>, choice: bool) -> Result<(), Wrong> {
        match (known, item) {
            (Item::Any, Item::Any) => Ok(()),
            (Item::Member(known), Item::Member(item)) => {
                if !(self.same)(&known.ty, &item.ty) {
                    let what = "the member `{}` occurs twice in one type, with different types";
                    return Err(wrong(item.number, what, NAMED_TYPE));
                }
                known.nillable |= item.nillable;
                known.occurs = match choice {
                    true => {
                        Occurs { min: 0, max: known.occurs.max.zip(item.occurs.max).map(|(a, b)| a.max(b)) }
                    }
                    false => known.occurs.plus(item.occurs),
                };
                Ok(())
            }
            (known, _) => Err(twice(known)),
        }
    }
}

/// The same group without redundant groups: one that is alone in another, and a choice among the alternatives of
/// another.
fn simplified<T>(mut group: Group<T>) -> Group<T> {
    loop {
        match group.children.pop() {
            Some(Particle::Group(child)) if group.children.is_empty() => {
                let occurs = child.occurs.times(group.occurs);
                group = Group { occurs, ..child };
            }
            Some(child) => {
                group.children.push(child);
                break;
            }
            None => break,
        }
    }
    if group.choice {
        for child in std::mem::take(&mut group.children) {
            match child {
                Particle::Group(child) => {
                    let child = simplified(child);
                    // A repeated choice inside a choice that does not repeat has rounds of its own.
                    match child.choice && (group.occurs.repeats() || !child.occurs.repeats()) {
                        true => group.children.extend(child.children),
                        false => group.children.push(Particle::Group(child)),
                    }
                }
                other => group.children.push(other),
            }
        }
    }
    group
}

fn has_choice<T>(particle: &Particle<T>) -> bool {
    match particle {
        Particle::Group(group) => {
            (group.choice && group.children.len() > 1) || group.children.iter().any(has_choice)
        }
        Particle::Member(_) | Particle::Any => false,
    }
}

fn make_optional<T>(item: &mut Item<T>) {
    match item {
        Item::Member(member) => member.occurs.min = 0,
        Item::Rounds { occurs, .. } => occurs.min = 0,
        Item::Any => {}
    }
}

fn multiply<T>(item: &mut Item<T>, by: Occurs) {
    match item {
        Item::Member(Member { occurs, .. }) | Item::Rounds { occurs, .. } => *occurs = occurs.times(by),
        Item::Any => {}
    }
}

fn wrong(member: usize, what: &'static str, hint: &'static str) -> Wrong {
    Wrong { member: Some(member), what, hint }
}

fn first_member<T>(item: &Item<T>) -> Option<usize> {
    match item {
        Item::Member(member) => Some(member.number),
        Item::Rounds { members, .. } => members.first().map(|(member, _)| member.number),
        Item::Any => None,
    }
}

fn twice<T>(item: &Item<T>) -> Wrong {
    let what = match item {
        Item::Any => "other elements are allowed at two places of one group",
        _ => "the member `{}` occurs at two places of one group: their order would be lost",
    };
    let hint = "rename one of the two, or put them next to each other";
    Wrong { member: first_member(item), what, hint }
}
