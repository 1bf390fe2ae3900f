//! `ongoing sandbox`: the embedded warehouse for other programs, and its work from outside.

mod action;
mod serve;

/// Serve a warehouse for any SOAP client, or work in one
///
/// Without an action it serves until Ctrl-C; what was acknowledged is in the file of --db by then, and without --db gone
/// with it. With an action it does the warehouse's work in a sandbox that runs: receive, pick, ship and so on.
///
/// Only programs of this machine reach it, unless --address and --allow-remote say otherwise. Its password is
/// `open-sesame`, or what the environment variable ONGOING_SANDBOX_PASSWORD says; actions ask for none.
#[derive(clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
Example:
  ongoing sandbox --port 8010 --seed-data
and from another terminal:
  export ONGOING_URL=http://127.0.0.1:8010/demo/service.asmx
  export ONGOING_USERNAME=demo ONGOING_PASSWORD=open-sesame
  export ONGOING_GOODS_OWNER_CODE=DEMO
  ongoing call GetOrderStatuses
  ongoing sandbox pick 1005
  ongoing sandbox disturb cut-after --operation ProcessOrder --count 3"
)]
pub struct Args {
    #[command(flatten)]
    serve: serve::Args,
    #[command(subcommand)]
    action: Option<action::Command>,
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    match &args.action {
        Some(action) => action.run(),
        None => serve::run(&args.serve),
    }
}
