//! Commands in hints, ready to copy and run.

use std::fmt;
use std::path::Path;

use ongoing_wms::suggest::shell_word;

/// A command of this program, shown with its arguments quoted for a shell.
pub struct Offer(String);

impl Offer {
    /// Begins with the names of the commands, such as `journal drop`.
    pub fn of(command: &str) -> Offer {
        Offer(format!("ongoing {command}"))
    }

    /// Adds an argument or a flag.
    pub fn with(mut self, argument: &str) -> Offer {
        self.0.push(' ');
        self.0.push_str(&shell_word(argument));
        self
    }

    /// Adds arguments.
    pub fn with_all(self, arguments: impl IntoIterator<Item = String>) -> Offer {
        arguments.into_iter().fold(self, |offer, argument| offer.with(&argument))
    }

    /// Adds a path.
    pub fn file(self, path: &Path) -> Offer {
        self.with(&path.display().to_string())
    }
}

impl fmt::Display for Offer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.0)
    }
}
