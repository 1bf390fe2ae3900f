//! `ongoing wsdl code`: what was generated from the contract.

use super::page::print;

/// Look at the contract this program was built from
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Print the Rust code generated from the contract
    Code,
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    match args.command {
        Command::Code => print(include_str!(concat!(env!("OUT_DIR"), "/api.rs"))),
    }
}
