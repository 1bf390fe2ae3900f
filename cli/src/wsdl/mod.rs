//! `ongoing wsdl`: the contract of this build, the contract that a system serves, and their differences.

mod compare;
mod diff;
mod fetch;
mod reader;
mod surface;

use super::page::print;

/// Show the contract, fetch the one that a system serves, compare two
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Print the Rust code generated from the contract
    Code,
    Fetch(fetch::Args),
    Diff(diff::Args),
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    match &args.command {
        Command::Code => print(ongoing_wms::contract::CODE),
        Command::Fetch(args) => fetch::run(args),
        Command::Diff(args) => diff::run(args),
    }
}
