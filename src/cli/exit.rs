//! Exit codes: the one place where they are given out.

use std::io;
use std::process::ExitCode;

use ongoing_wms::{ConfigError, Error, Outcome, transport::Delivery};

use super::failure::Failure;

/// What the shell is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    Done = 0,
    Refused = 1,
    Usage = 2,
    BadInput = 65,
    Unreachable = 69,
    Bug = 70,
    Output = 74,
    UnknownOrLater = 75,
    NotUnderstood = 76,
    Login = 77,
    Config = 78,
    Interrupted = 130,
}

/// The codes as `--help` and the man page show them.
pub const TABLE: &str = "\
Exit codes:
    0  done
    1  the service refused, or failed without having done anything; of `wsdl
       diff`: a difference is breaking
    2  the command line is wrong
   65  the input is wrong; nothing was sent
   69  the service cannot be reached; nothing was changed
   70  a bug in this program
   74  the output or a journal cannot be written; calls were made
   75  the outcome is unknown, or the service asks to try later: the message
       says which; after an unknown outcome look in the warehouse first
   76  the answer is not understood; nothing was changed
   77  user name, password or goods owner were not accepted
   78  a setting is missing or wrong; nothing was sent
  130  interrupted by Ctrl-C (on Unix, as the shell shows the signal): what
       was being sent may have been carried out";

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}

impl Exit {
    /// The code for what went wrong.
    pub fn of(error: &anyhow::Error) -> Exit {
        for cause in error.chain() {
            if let Some(failure) = cause.downcast_ref::<Failure>() {
                return failure.exit;
            }
            if let Some(error) = cause.downcast_ref::<Error>() {
                return of_call(error);
            }
            if cause.is::<ConfigError>() {
                return Exit::Config;
            }
        }
        // What else may fail for a reason outside of this program is to write the output.
        if error.chain().next().is_some_and(|error| error.is::<io::Error>()) {
            Exit::Output
        } else {
            Exit::Bug
        }
    }
}

fn of_call(error: &Error) -> Exit {
    if error.is_login() {
        return Exit::Login;
    }
    let unknown = error.outcome() == Outcome::Unknown;
    match error {
        Error::Request(_) => Exit::BadInput,
        Error::Transport(failure) if failure.delivery() == Delivery::NotSent => Exit::Unreachable,
        Error::Transport(_) if unknown => Exit::UnknownOrLater,
        // A read that got no answer changed nothing.
        Error::Transport(_) => Exit::Unreachable,
        Error::Status(_) if unknown || matches!(error.status(), Some(429 | 503)) => Exit::UnknownOrLater,
        Error::Response(_) | Error::Fault(_) if unknown => Exit::UnknownOrLater,
        Error::Status(_) | Error::Response(_) => Exit::NotUnderstood,
        Error::Fault(_) | Error::Refused(_) => Exit::Refused,
        _ => Exit::Bug,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_lists_every_code() {
        let all = [
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
        for exit in all {
            assert!(TABLE.contains(&format!("\n{:5}  ", exit as u8)), "{exit:?}");
        }
        assert!(TABLE.lines().all(|line| line.len() < 80));
    }
}
