//! Suggests names for a mistyped one, and commands to run next, for messages.

use std::borrow::Cow;

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

/// Returns an argument as it is written in a command of a shell: quoted, if it has a space or a character with a meaning
/// there. The quotes are those of the system's own shell.
pub fn shell_word(text: &str) -> Cow<'_, str> {
    let marks = if cfg!(windows) { "_-./:@+,\\" } else { "_-./:@+,=%" };
    let is_plain = |c: char| c.is_alphanumeric() || marks.contains(c);
    match (!text.is_empty() && text.chars().all(is_plain), cfg!(windows)) {
        (true, _) => Cow::Borrowed(text),
        (false, true) => Cow::Owned(format!("\"{text}\"")),
        (false, false) => Cow::Owned(format!("'{}'", text.replace('\'', r"'\''"))),
    }
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
    #[cfg(unix)]
    fn an_argument_is_quoted_where_a_shell_needs_it() {
        for plain in ["orders.csv", "/srv/Åke/o_1-2.csv", "DEMO:1001", "https://host/demo/service.asmx"] {
            assert_eq!(shell_word(plain), plain);
        }
        for text in ["", "my orders.csv", "it's", "$HOME", "a;b", "~", "*", "a\\b", "\"", "`id`"] {
            let command = format!("printf %s {}", shell_word(text));
            let output = std::process::Command::new("sh").args(["-c", &command]).output().unwrap();
            assert_eq!(String::from_utf8(output.stdout).unwrap(), text);
        }
    }

    #[test]
    #[cfg(windows)]
    fn an_argument_is_quoted_where_a_shell_needs_it() {
        assert_eq!(shell_word(r"C:\orders.csv"), r"C:\orders.csv");
        assert_eq!(shell_word(r"C:\my orders.csv"), r#""C:\my orders.csv""#);
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
