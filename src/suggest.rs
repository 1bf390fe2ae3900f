//! Suggests names for a mistyped one, for messages.

use crate::renamed_members::new_name;

/// Returns `did you mean ..?` if a name is similar enough, or the new name if a member was renamed.
pub fn did_you_mean<'n>(name: &str, names: impl IntoIterator<Item = &'n str>) -> Option<String> {
    let names: Vec<&str> = names.into_iter().collect();
    if let Some(new) = new_name(name, &names) {
        return Some(format!("`{name}` is called `{new}` in the contract of 2024"));
    }
    let near = nearest(name, names);
    let (last, others) = near.split_last()?;
    Some(match others {
        [] => format!("did you mean `{last}`?"),
        others => format!("did you mean `{}` or `{last}`?", others.join("`, `")),
    })
}

/// Returns the same as [`did_you_mean`], or else all names: `the values are ..`.
pub fn did_you_mean_one_of(name: &str, what: &str, names: &[&str]) -> String {
    did_you_mean(name, names.iter().copied())
        .unwrap_or_else(|| format!("the {what} are {}", names.join(", ")))
}

/// Returns up to three names that the caller may have meant, the nearest first.
fn nearest<'n>(name: &str, names: impl IntoIterator<Item = &'n str>) -> Vec<&'n str> {
    let given = name.to_lowercase();
    let mut scored: Vec<(f64, &str)> = names
        .into_iter()
        .map(|known| (likeness(&given, &known.to_lowercase()), known))
        .filter(|(score, _)| *score >= 0.6)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    let best = scored.first().map_or(0.0, |(score, _)| *score);
    // One that is nearly the same needs no company.
    let enough = if best > 0.9 { best } else { best - 0.12 };
    scored.into_iter().filter(|(score, _)| *score >= enough).take(3).map(|(_, known)| known).collect()
}

fn likeness(given: &str, known: &str) -> f64 {
    let likeness = strsim::normalized_damerau_levenshtein(given, known);
    // Half a name is the usual way to ask: `inventory`, `processord`.
    if given.len() >= 4 && known.contains(given) {
        return likeness.max(0.7 + 0.2 * given.len() as f64 / known.len() as f64);
    }
    // So is the right beginning with another end: `orderno`.
    let same = given.chars().zip(known.chars()).take_while(|(a, b)| a == b).count();
    if same >= 5 && same + 2 >= given.len() { likeness.max(0.6) } else { likeness }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_what_was_meant() {
        let names =
            ["ProcessOrder", "ProcessInOrder", "GetOrderStatuses", "GetInventory", "SetTimeOfLastSync"];
        assert_eq!(nearest("ProcesOrder", names), ["ProcessOrder"]);
        assert_eq!(nearest("processorder", names), ["ProcessOrder"]);
        assert_eq!(nearest("OrderStatuses", names), ["GetOrderStatuses"]);
        assert!(nearest("Zebra", names).is_empty());
        assert_eq!(nearest("OrderNo", ["OrderNumber", "Name"]), ["OrderNumber"]);
        assert_eq!(did_you_mean("x", ["y"]), None);
    }

    #[test]
    fn a_renamed_member_is_told_its_new_name() {
        let told = |name: &str| did_you_mean(name, ["Warehouse", "Shipment", "WarehouseId"]);
        assert_eq!(
            told("WarehouseInfo").unwrap(),
            "`WarehouseInfo` is called `Warehouse` in the contract of 2024"
        );
        assert!(told("OrderCurrentShipmentInfo").unwrap().contains("is called `Shipment`"));
        assert_eq!(told("ReadTime"), None);
    }
}
