//! Why an action is not done.

use std::fmt;

use crate::sandbox::work_error::WorkError;

/// What keeps an action from being done.
#[derive(Debug)]
pub(crate) enum ActionError {
    /// What it was given is wrong.
    Arguments(String),
    /// There is nothing of what it names.
    Absent(String),
    /// The warehouse cannot do it.
    Work(WorkError),
}

impl fmt::Display for ActionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ActionError::Arguments(text) | ActionError::Absent(text) => f.write_str(text),
            ActionError::Work(error) => error.fmt(f),
        }
    }
}

impl From<WorkError> for ActionError {
    fn from(error: WorkError) -> ActionError {
        ActionError::Work(error)
    }
}
