//! `ongoing sandbox`: the embedded warehouse for other programs of this machine, until it is interrupted.

use std::env;
use std::path::PathBuf;
use std::thread;

use ongoing_wms::ConfigError;
use ongoing_wms::sandbox::Sandbox;

use super::page::print;

const PASSWORD: &str = "ONGOING_SANDBOX_PASSWORD";

/// Serve a warehouse of this machine, for any SOAP client
///
/// Only programs of this machine reach it. Without --db it is empty at the start and gone at the end. Its password is
/// `open-sesame`, or what the environment variable ONGOING_SANDBOX_PASSWORD says. It ends with Ctrl-C; what was
/// acknowledged is in the file by then.
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  ongoing sandbox --port 8010
and from another terminal:
  export ONGOING_URL=http://127.0.0.1:8010/demo/service.asmx
  export ONGOING_USERNAME=demo ONGOING_PASSWORD=open-sesame
  export ONGOING_GOODS_OWNER_CODE=DEMO
  ongoing call GetOrderStatuses")]
pub struct Args {
    /// Port to serve on [default: one that is free]
    #[arg(long, default_value_t = 0, hide_default_value = true)]
    port: u16,
    /// File that keeps the warehouse, made where it does not exist [default: memory]
    #[arg(long, value_name = "FILE")]
    db: Option<PathBuf>,
    /// Name of the warehouse, which stands in the address
    #[arg(long, value_name = "NAME", default_value = "demo")]
    warehouse: String,
    /// A goods owner, by code and id; may be given several times [default: DEMO=1]
    #[arg(long, value_name = "CODE=ID", value_parser = goods_owner)]
    goods_owner: Vec<(String, i32)>,
    /// The user that requests must name
    #[arg(long, value_name = "NAME", default_value = "demo")]
    user: String,
}

fn goods_owner(text: &str) -> Result<(String, i32), String> {
    let (code, id) = text.rsplit_once('=').ok_or("expected CODE=ID, as in DEMO=1")?;
    let id = id.parse().map_err(|_| format!("{id:?} is no id: expected CODE=ID, as in DEMO=1"))?;
    Ok((code.to_owned(), id))
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    let mut builder = Sandbox::builder().port(args.port).warehouse(&args.warehouse).user_name(&args.user);
    for (code, id) in &args.goods_owner {
        builder = builder.goods_owner(code, *id);
    }
    if let Some(file) = &args.db {
        builder = builder.database(file);
    }
    if let Some(password) = env::var(PASSWORD).ok().filter(|password| !password.is_empty()) {
        builder = builder.password(password);
    }
    let sandbox =
        builder.start().map_err(|error| ConfigError::new("the sandbox does not start").with_source(error))?;
    let owners: Vec<String> = match args.goods_owner.as_slice() {
        [] => vec!["DEMO (id 1)".to_owned()],
        given => given.iter().map(|(code, id)| format!("{code} (id {id})")).collect(),
    };
    let operations = Sandbox::operations().count();
    print(&format!(
        "address      {url}\ncontract     {url}?WSDL\nuser         {user}\ngoods owner  {owners}\n\
         operations   {operations}, listed on the page at the address\nCtrl-C ends it.\n",
        url = sandbox.url(),
        user = args.user,
        owners = owners.join(", "),
    ))?;
    loop {
        thread::park();
    }
}
