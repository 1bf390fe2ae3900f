//! The `ongoing` command: everything is in `cli`.
#![forbid(unsafe_code)]

mod cli;

use std::io::Write as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    // A panic is a bug of ours: it has a code of its own, so that a batch job does not take it for a refusal.
    match std::panic::catch_unwind(cli::main) {
        Ok(code) => code,
        Err(_) => {
            let text = "error: this is a bug in `ongoing`; please report it with the lines above";
            // Nobody to tell when even this cannot be written.
            let _ = writeln!(std::io::stderr(), "{text}");
            cli::Exit::Bug.into()
        }
    }
}
