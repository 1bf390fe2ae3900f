//! Which lines of a request are which lines of an order, by the rules about identification and doubles.

use rust_decimal::Decimal;

use crate::sandbox::contract::OrderLineIdentificationType as By;
use crate::sandbox::db::desk::Desk;
use crate::sandbox::db::sql_value::LARGEST;
use crate::sandbox::refused::Refused;

/// A line that the order has.
pub(crate) struct Known {
    pub id: i32,
    pub code: Option<String>,
    pub article: i32,
}

/// A line as a request names it.
pub(crate) struct Named<'a> {
    pub by: By,
    pub code: Option<&'a str>,
    pub system_id: Option<i32>,
    pub article: i32,
    pub number_of_items: Decimal,
    /// The article as the request has it, for messages.
    pub shown: &'a str,
}

/// A line of the request that counts.
pub(crate) struct Match {
    /// Its place in the request.
    pub index: usize,
    /// The line of the order that it changes; `None` for a new one.
    pub known: Option<i32>,
    /// How many, doubles added up where the warehouse does that.
    pub number_of_items: Decimal,
    /// Whether the line's code or id identifies it, so that its article may be on other lines too.
    by_code: bool,
}

/// The lines that the order will have.
pub(crate) fn plan(desk: &Desk<'_>, lines: &[Named<'_>], known: &[Known]) -> Result<Vec<Match>, Refused> {
    let matches = lines.iter().map(|line| matched(line, known)).collect::<Result<Vec<_>, _>>()?;
    // A line that is named by its code or id is nobody else's, even if it has had another line's article so far.
    let taken: Vec<i32> = matches.iter().filter(|one| one.by_code).filter_map(|one| one.known).collect();
    let mut plan: Vec<Match> = Vec::new();
    for (index, (line, found)) in lines.iter().zip(matches).enumerate() {
        let free = |known: &&Known| known.article == line.article && !taken.contains(&known.id);
        let mut new = match found.by_code {
            true => Match { index, ..found },
            false => Match { index, known: known.iter().find(free).map(|known| known.id), ..found },
        };
        let same_line = |other: &Match| {
            let both = new.by_code && other.by_code;
            both && (lines[other.index].code == line.code && line.code.is_some()
                || other.known.is_some() && other.known == new.known)
        };
        if plan.iter().any(same_line) {
            let code = line.code.unwrap_or_default();
            return Err(Refused::rule(format!(
                "ExternalOrderLineCode \"{code}\" is on two lines of the order"
            )));
        }
        let double = plan
            .iter_mut()
            .find(|other| lines[other.index].article == line.article && !(other.by_code && new.by_code));
        match double {
            // Named by their article both: the last one counts, with the numbers of those before it or without.
            Some(other) if !other.by_code && !new.by_code => {
                if desk.settings.sum_duplicate_lines {
                    // Each is far from the end of what a decimal holds.
                    new.number_of_items += other.number_of_items;
                    if new.number_of_items > LARGEST {
                        let text = format!("NumberOfItems of article \"{}\" is too large", line.shown);
                        return Err(Refused::rule(text));
                    }
                }
                *other = new;
            }
            Some(_) => {
                return Err(Refused::rule(format!(
                    "Article \"{}\" is on two lines of the order, which needs ExternalOrderLineCode to tell them \
                     apart",
                    line.shown
                )));
            }
            None => plan.push(new),
        }
    }
    Ok(plan)
}

/// The line that a code or id names.
fn matched(line: &Named<'_>, known: &[Known]) -> Result<Match, Refused> {
    let (by_code, found) = match line.by {
        By::ExternalOrderLineCode | By::ExternalOrderLineId => {
            let code = line.code.filter(|code| !code.is_empty());
            let code = code.ok_or_else(|| Refused::missing("ExternalOrderLineCode"))?;
            (true, known.iter().find(|known| known.code.as_deref() == Some(code)))
        }
        By::SystemId => {
            let id = line.system_id.ok_or_else(|| Refused::missing("OrderLineSystemId"))?;
            let found = known.iter().find(|known| known.id == id);
            (
                true,
                Some(found.ok_or_else(|| Refused::rule(format!("The order has no line with the id {id}")))?),
            )
        }
        _ => (false, None),
    };
    Ok(Match { index: 0, known: found.map(|known| known.id), number_of_items: line.number_of_items, by_code })
}
