//! Matches the lines of a request to those of an order, by the rules for identification and duplicates.

use rust_decimal::Decimal;

use crate::sandbox::contract::OrderLineIdentificationType as By;
use crate::sandbox::db::desk::Desk;
use crate::sandbox::db::sql_value::LARGEST;
use crate::sandbox::refused::Refused;

/// An existing line of the order.
pub(crate) struct ExistingLine {
    pub id: i32,
    pub code: Option<String>,
    pub article: i32,
}

/// A line as a request names it.
pub(crate) struct RequestedLine<'a> {
    pub by: By,
    pub code: Option<&'a str>,
    pub system_id: Option<i32>,
    pub article: i32,
    pub number_of_items: Decimal,
    /// The article as in the request, for messages.
    pub shown: &'a str,
}

/// A line of the request after merging.
pub(crate) struct Match {
    /// Its position in the request.
    pub index: usize,
    /// The line of the order that it changes; `None` for a new one.
    pub known: Option<i32>,
    /// The quantity, with duplicates added up if the warehouse does that.
    pub number_of_items: Decimal,
    /// Whether the line's code or id identifies it, so that its article may also be on other lines.
    by_code: bool,
}

/// The new lines of the order.
pub(crate) fn plan(
    desk: &Desk<'_>,
    lines: &[RequestedLine<'_>],
    known: &[ExistingLine],
) -> Result<Vec<Match>, Refused> {
    let matches = lines.iter().map(|line| matched(line, known)).collect::<Result<Vec<_>, _>>()?;
    // A line that is named by its code or id is not matched by article, even if its article matches another line.
    let taken: Vec<i32> = matches.iter().filter(|one| one.by_code).filter_map(|one| one.known).collect();
    let mut plan: Vec<Match> = Vec::new();
    for (index, (line, found)) in lines.iter().zip(matches).enumerate() {
        let free = |known: &&ExistingLine| known.article == line.article && !taken.contains(&known.id);
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
            // Both are named by their article: the last one counts, with or without the numbers of those before it.
            Some(other) if !other.by_code && !new.by_code => {
                if desk.settings.sum_duplicate_lines {
                    // Each is far below the range of a decimal.
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
                    "Article \"{}\" is on two lines of the order: give each an ExternalOrderLineCode",
                    line.shown
                )));
            }
            None => plan.push(new),
        }
    }
    Ok(plan)
}

/// The line that a code or id names.
fn matched(line: &RequestedLine<'_>, known: &[ExistingLine]) -> Result<Match, Refused> {
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
