//! Exit codes of batch programs: one table for the `ongoing` command, the C library and programs of your own.

use std::process::ExitCode;

use crate::error::Error;
use crate::outcome::{Evidence, Outcome};

/// An exit code, also returned by the C library.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// The service refused the request in whole or in part, or failed without changing anything.
    Refused = 1,
    /// The command line, or the call of the library, is invalid.
    Usage = 2,
    /// The input is invalid; nothing was sent.
    BadInput = 65,
    /// No connection, or a read without a complete answer; nothing was changed.
    Unreachable = 69,
    /// A bug in this program.
    Bug = 70,
    /// The output or a journal cannot be written; calls may have been made.
    Output = 74,
    /// The outcome is unknown, or the service asks to try later.
    UnknownOrLater = 75,
    /// The answer is not the service's, or cannot be understood; nothing was changed.
    NotUnderstood = 76,
    /// The service rejected user name, password or goods owner.
    Login = 77,
    /// A setting is missing or wrong; nothing was sent.
    Config = 78,
    /// Interrupted.
    Interrupted = 130,
}

impl Exit {
    /// All exit codes, by number.
    pub const ALL: [Exit; 12] = [
        Exit::Done,
        Exit::Refused,
        Exit::Usage,
        Exit::BadInput,
        Exit::Unreachable,
        Exit::Bug,
        Exit::Output,
        Exit::UnknownOrLater,
        Exit::NotUnderstood,
        Exit::Login,
        Exit::Config,
        Exit::Interrupted,
    ];

    /// Returns the number.
    pub fn code(self) -> u8 {
        self as u8
    }

    /// Returns the code for an exchange.
    pub fn of_evidence(evidence: Evidence, outcome: Outcome) -> Exit {
        use Evidence as E;
        match evidence {
            _ if outcome == Outcome::Done => Exit::Done,
            _ if outcome == Outcome::Unknown => Exit::UnknownOrLater,
            E::Unsendable => Exit::BadInput,
            E::NoConnection | E::NeverConnects | E::NoAnswer => Exit::Unreachable,
            E::Unauthorized | E::Login => Exit::Login,
            E::Busy | E::Gateway => Exit::UnknownOrLater,
            E::TooLarge | E::SenderFault | E::VersionFault | E::ServerFault => Exit::Refused,
            E::UnknownError | E::Refused | E::Partial => Exit::Refused,
            E::NotHttp | E::Forbidden | E::FrontDoor | E::Redirect | E::NoSoap => Exit::NotUnderstood,
            E::Unreadable | E::OtherRecord => Exit::NotUnderstood,
            // Its outcome is always `Done`.
            E::Success => Exit::Bug,
        }
    }

    /// Returns the code for a call that failed.
    pub fn of_call(error: &Error) -> Exit {
        Exit::of_evidence(error.evidence(), error.outcome())
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit.code())
    }
}

#[cfg(feature = "batch")]
mod batch {
    use super::Exit;
    use crate::batch::pull::PullError;
    use crate::batch::push::Remainder;
    use crate::batch::{JournalError, PushError, Stop};

    impl Exit {
        /// Returns the code for a push that sent nothing.
        pub fn of_push(error: &PushError) -> Exit {
            match error {
                PushError::NoOperation(_) => Exit::Usage,
                PushError::Input(_) | PushError::Records(..) => Exit::BadInput,
                PushError::Journal(error) => Exit::of_journal(error),
                PushError::Rejects(..) => Exit::Output,
                PushError::Interrupted => Exit::Interrupted,
            }
        }

        /// Returns the code for what a push left to do.
        pub fn of_remainder(remainder: &Remainder<'_>) -> Exit {
            match remainder {
                Remainder::Stopped(Stop::Interrupted, _) => Exit::Interrupted,
                Remainder::Stopped(Stop::Call(error) | Stop::Lane(_, error), 0) => Exit::of_call(error),
                Remainder::Stopped(Stop::Journal(error), _) => Exit::of_journal(error),
                Remainder::Stopped(..) | Remainder::Unknown(_) | Remainder::Pending(_) => {
                    Exit::UnknownOrLater
                }
                Remainder::Refused(_) => Exit::Refused,
            }
        }

        /// Returns the code for a journal that cannot be used.
        pub fn of_journal(error: &JournalError) -> Exit {
            match error {
                JournalError::InUse(_) => Exit::UnknownOrLater,
                JournalError::Other(..) | JournalError::WhoseRecords(_) => Exit::Config,
                JournalError::Damaged(..) | JournalError::Incomplete(..) | JournalError::Said(..) => {
                    Exit::BadInput
                }
                _ => Exit::Output,
            }
        }

        /// Returns the code for a pull that failed.
        pub fn of_pull(error: &PullError) -> Exit {
            match error {
                PullError::Call(error) | PullError::Row { error, .. } => Exit::of_call(error),
                PullError::NotStored(error) => Exit::of_pull(error),
                PullError::Output(_) | PullError::Value { .. } | PullError::Header { .. } => Exit::Output,
                PullError::NoSince { .. } | PullError::Conflict { .. } | PullError::NoOperation(_) => {
                    Exit::Usage
                }
                PullError::Request(..) => Exit::BadInput,
                PullError::NoTime => Exit::NotUnderstood,
                PullError::OwnTime => Exit::Config,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Effect;

    #[test]
    fn only_what_is_done_has_the_code_of_success() {
        for evidence in Evidence::all() {
            for effect in [Effect::Read, Effect::Write] {
                let outcome = evidence.outcome(effect);
                let exit = Exit::of_evidence(evidence, outcome);
                assert_eq!(exit == Exit::Done, outcome == Outcome::Done, "{evidence:?} {effect:?}");
                assert_ne!(exit, Exit::Bug, "{evidence:?}");
                if outcome == Outcome::Unknown {
                    assert_eq!(exit, Exit::UnknownOrLater, "{evidence:?}");
                }
            }
        }
    }
}
