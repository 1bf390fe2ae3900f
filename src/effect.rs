//! Whether an operation changes something.

/// Whether an operation changes something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// Reads only, and can be resent.
    Read,
    /// Changes something in the warehouse.
    Write,
}

impl Effect {
    /// `read` or `write`.
    pub fn as_str(self) -> &'static str {
        match self {
            Effect::Read => "read",
            Effect::Write => "write",
        }
    }
}
