//! Why a text is not a value of its type.

use std::fmt;

use super::{Family, Text};
use crate::text;

/// A text that is not a value of its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueError {
    shown: Box<str>,
    expected: &'static str,
    family: Family,
    wrong: ValueFlaw,
}

/// Why a text is not a value of its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ValueFlaw {
    /// It is written in another way.
    Form,
    /// It is too large or too small.
    Range,
    /// It has more digits than a decimal number keeps.
    Digits,
}

/// Maximum length of a text in a message; longer text is cut.
const SHOWN_CHARS: usize = 40;

impl ValueError {
    /// The text does not have the form of the type.
    pub fn not<T: Text>(text: &str) -> ValueError {
        ValueError::new::<T>(text, ValueFlaw::Form)
    }

    /// The text is not a value of an enumeration.
    pub(in crate::xml) fn not_listed(text: &str, expected: &'static str) -> ValueError {
        let family = Family::Enumeration;
        ValueError { shown: shortened(text), expected, family, wrong: ValueFlaw::Form }
    }

    pub(super) fn new<T: Text>(text: &str, wrong: ValueFlaw) -> ValueError {
        ValueError { shown: shortened(text), expected: T::EXPECTED, family: T::FAMILY, wrong }
    }

    /// The same about a text that is written in another way.
    #[cfg(feature = "batch")]
    pub(crate) fn about(self, text: &str) -> ValueError {
        ValueError { shown: shortened(text), ..self }
    }

    /// The text, shortened.
    #[cfg(feature = "sandbox")]
    pub(crate) fn shown(&self) -> &str {
        &self.shown
    }

    /// The family of the type that the text is not a value of.
    #[cfg(feature = "sandbox")]
    pub(crate) fn family(&self) -> Family {
        self.family
    }

    /// Why the text is not a value.
    #[cfg(feature = "sandbox")]
    pub(crate) fn wrong(&self) -> ValueFlaw {
        self.wrong
    }

    /// What the text should have been, as in [`Text::EXPECTED`].
    pub fn expected(&self) -> &'static str {
        self.expected
    }
}

/// The text, cut where it is too long for a message.
pub(crate) fn shortened(text: &str) -> Box<str> {
    match text::start(text, SHOWN_CHARS, |_| 1) {
        start if start.len() < text.len() => format!("{start}..").into(),
        whole => whole.into(),
    }
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (shown, expected) = (&self.shown, self.expected);
        match self.wrong {
            ValueFlaw::Form => write!(f, "{shown:?} is not {expected}"),
            ValueFlaw::Range => write!(f, "{shown:?} is out of range for {expected}"),
            ValueFlaw::Digits => write!(f, "{shown:?} has more digits than fit {expected}"),
        }
    }
}

impl std::error::Error for ValueError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_text_is_cut_in_messages() {
        let text = "å".repeat(5000);
        let message = i32::parse(&text).unwrap_err().to_string();
        assert_eq!(message, format!("\"{}..\" is not a whole number (int)", "å".repeat(40)));
        let exact = "x".repeat(40);
        assert_eq!(
            i32::parse(&exact).unwrap_err().to_string(),
            format!("{exact:?} is not a whole number (int)")
        );
    }
}
