//! How messages call the settings of a caller.

/// How the caller's settings are called in messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GivenBy {
    /// Where they come from: `the command line`.
    pub name: &'static str,
    /// What stands before their names: `--`.
    pub prefix: &'static str,
}
