//! Text as the service counts it and as messages show it.

/// Returns the length of a text in characters as the service counts them: .NET counts UTF-16 units, so a character beyond
/// the Basic Multilingual Plane, such as an emoji, is two.
///
/// ```
/// assert_eq!(ongoing_wms::text::length("Åsa 😀"), 6);
/// ```
pub fn length(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// Returns the longest prefix of a text whose characters have at most `most` units in total.
///
/// ```
/// use ongoing_wms::text::start;
/// assert_eq!(start("blåbär", 4, char::len_utf8), "blå");
/// assert_eq!(start("blåbär", 4, |_| 1), "blåb");
/// ```
pub fn start(text: &str, most: usize, units: impl Fn(char) -> usize) -> &str {
    let mut used = 0;
    let end = text.char_indices().find(|(_, char)| {
        used += units(*char);
        used > most
    });
    end.map_or(text, |(end, _)| &text[..end])
}

/// Returns a number with a comma between groups of three digits: `1,234,567`.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Returns a number with its noun, in the plural unless it is 1: `1 record`, `2 records`, `0 entries`.
pub fn counted(number: u64, noun: &str) -> String {
    match (number, noun.strip_suffix('y')) {
        (1, _) => format!("1 {noun}"),
        (_, Some(stem)) => format!("{number} {stem}ies"),
        (_, None) => format!("{number} {noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped() {
        for (number, text) in [(0, "0"), (999, "999"), (2113, "2,113"), (1_000_000, "1,000,000")] {
            assert_eq!(thousands(number), text);
        }
    }

    #[test]
    fn a_noun_agrees_with_its_number() {
        for (number, noun, text) in [
            (0, "record", "0 records"),
            (1, "record", "1 record"),
            (2, "record", "2 records"),
            (1, "entry", "1 entry"),
            (3, "entry", "3 entries"),
        ] {
            assert_eq!(counted(number, noun), text);
        }
    }

    #[test]
    fn a_start_ends_between_characters() {
        assert_eq!(start("abc", 3, char::len_utf8), "abc");
        assert_eq!(start("a😀b", 2, char::len_utf16), "a");
        assert_eq!(start("a😀b", 3, char::len_utf16), "a😀");
        assert_eq!(start("abc", 0, |_| 1), "");
    }
}
