//! The `ongoing` command: everything is in `cli`.
#![forbid(unsafe_code)]

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    // A panic is a bug of ours: it has a code of its own, so that a batch job does not take it for a refusal.
    match std::panic::catch_unwind(cli::main) {
        Ok(code) => code,
        Err(_) => {
            eprintln!("error: this is a bug in `ongoing`; please report it with the lines above");
            cli::Exit::Bug.into()
        }
    }
}
