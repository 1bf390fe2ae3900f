//! Serves until interrupted.

use std::env;
use std::io::Write as _;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use ongoing_wms::ConfigError;
use ongoing_wms::sandbox::{ClockChange, Disturbance, RateLimit, Sandbox, SandboxBuilder};

use super::exchange_line::exchange_line;
use crate::failure::{note, warn};
use crate::messages::is_quiet;
use crate::page::print;

const PASSWORD: &str = "ONGOING_SANDBOX_PASSWORD";

#[derive(clap::Args)]
#[group(skip)]
pub struct Args {
    /// Port to serve on [default: one that is free]
    #[arg(long, default_value_t = 0, hide_default_value = true)]
    port: u16,
    /// File that keeps the warehouse; created if it does not exist [default: a temporary one]
    #[arg(long, value_name = "FILE")]
    db: Option<PathBuf>,
    /// Name of the warehouse in the address
    #[arg(long, value_name = "NAME", default_value = "demo")]
    warehouse: String,
    /// A goods owner, by code and id; can be repeated [default: DEMO=1]
    #[arg(long, value_name = "CODE=ID", value_parser = goods_owner)]
    goods_owner: Vec<(String, i32)>,
    /// User name that requests must give
    #[arg(long, value_name = "NAME", default_value = "demo")]
    user: String,
    /// Start with a few articles, goods and orders if the warehouse is empty
    #[arg(long)]
    seed_data: bool,
    /// Start with the records of a file, as KIND=FILE; can be repeated
    ///
    /// The file is JSON Lines, as `ongoing sandbox export` writes it. KIND is a kind of push, or `work`.
    #[arg(long, value_name = "KIND=FILE", value_parser = seed)]
    seed: Vec<(String, PathBuf)>,
    /// Let the warehouse work by itself: everything that waits advances one step in this interval [default: 5]
    #[arg(
        long,
        value_name = "SECONDS",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "5",
        value_parser = pace
    )]
    auto: Option<Duration>,
    /// Disturb requests, as `cut-after,operation=ProcessOrder,probability=0.1,seed=7`; can be repeated
    ///
    /// `ongoing sandbox disturb --help` lists kinds and options.
    #[arg(long, value_name = "KIND[,OPTION=VALUE..]")]
    disturb: Vec<Disturbance>,
    /// Refuse requests with members that the contract does not have [default: ignore them, as the service does]
    #[arg(long)]
    strict: bool,
    /// Append each exchange to this file, as a JSON line [default: keep the last 2000 in memory]
    #[arg(long, value_name = "FILE")]
    keep: Option<PathBuf>,
    /// Set the clock of the warehouse: +1d, or 2026-12-31T08:00:00 to stop it there [default: the real time]
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    now: Option<ClockChange>,
    /// Answer HTTP 429 above this number of requests per operation and caller, such as 100/3600
    #[arg(long, value_name = "REQUESTS/SECONDS")]
    rate_limit: Option<RateLimit>,
    /// Serve over TLS with a new certificate; the certificate of its authority is written to FILE, for clients to trust
    /// [default: sandbox-ca.pem]
    #[arg(
        long,
        value_name = "FILE",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "sandbox-ca.pem"
    )]
    tls: Option<PathBuf>,
    /// Host name with dots that callers may use; can be repeated
    #[arg(long, value_name = "NAME")]
    host_name: Vec<String>,
    /// Local address to listen on
    #[arg(long, value_name = "IP", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    address: IpAddr,
    /// Allow other machines with --address: over plain HTTP without --tls, and anyone who reaches it can work in it
    #[arg(long)]
    allow_remote: bool,
}

fn pace(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    seconds.filter(|pace| !pace.is_zero()).ok_or_else(|| "expected seconds above 0, as in 0.5".to_owned())
}

fn goods_owner(text: &str) -> Result<(String, i32), String> {
    let (code, id) = text.rsplit_once('=').ok_or("expected CODE=ID, as in DEMO=1")?;
    let id = id.parse().map_err(|_| format!("{id:?} is not an id: expected CODE=ID, as in DEMO=1"))?;
    Ok((code.to_owned(), id))
}

fn seed(text: &str) -> Result<(String, PathBuf), String> {
    let (kind, file) = text.split_once('=').ok_or("expected KIND=FILE, as in orders=orders.jsonl")?;
    Ok((kind.to_owned(), file.into()))
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    let mut builder = Sandbox::builder().port(args.port).warehouse(&args.warehouse).user_name(&args.user);
    for (code, id) in &args.goods_owner {
        builder = builder.goods_owner(code, *id);
    }
    if let Some(file) = &args.db {
        builder = builder.database(file);
    }
    if args.seed_data {
        builder = builder.seed_data();
    }
    for (kind, file) in &args.seed {
        builder = builder.seed_file(kind, file);
    }
    if let Some(pace) = args.auto {
        builder = builder.auto(pace);
    }
    for disturbance in &args.disturb {
        builder = builder.disturb(disturbance.clone());
    }
    if let Some(file) = &args.keep {
        builder = builder.keep(file);
    }
    if let Some(change) = args.now {
        builder = builder.clock(change);
    }
    if let Some(limit) = args.rate_limit {
        builder = builder.rate_limit(limit);
    }
    if let Some(file) = &args.tls {
        builder = builder.ca_file(file);
    }
    for name in &args.host_name {
        builder = builder.host_name(name);
    }
    builder = remote(builder, args)?.strict(args.strict).on_passed_over(|request| {
        let members = request.passed_over.join(", ");
        note(format!("{}: ignored {members}, which the contract does not have", request.operation));
    });
    if let Some(password) = env::var(PASSWORD).ok().filter(|password| !password.is_empty()) {
        builder = builder.password(password);
    }
    let sandbox =
        builder.start().map_err(|error| ConfigError::new("the sandbox cannot start").with_source(error))?;
    let exchanges = (!is_quiet()).then(|| sandbox.watch());
    introduce(&sandbox, args)?;
    for exchange in exchanges.into_iter().flatten() {
        let line = exchange_line(&sandbox.summarize(&exchange));
        // The reader of the output may have closed it; the sandbox continues.
        if writeln!(anstream::stdout().lock(), "{line}").is_err() {
            break;
        }
    }
    loop {
        thread::park();
    }
}

/// Allows other machines, if requested.
fn remote(builder: SandboxBuilder, args: &Args) -> Result<SandboxBuilder, ConfigError> {
    let builder = builder.address(args.address);
    if args.address.is_loopback() {
        return Ok(builder);
    }
    if !args.allow_remote {
        return Err(ConfigError::new(format!("other machines could reach {}", args.address))
            .with_hint("allow it with --allow-remote, or use 127.0.0.1 for programs on this machine only"));
    }
    let way = if args.tls.is_some() { "" } else { "over plain HTTP, " };
    warn(format!(
        "other machines can reach {}: {way}with a password that is not secret, and anyone who reaches it can work \
         in it",
        args.address
    ));
    Ok(builder.allow_remote())
}

/// A text for a shell, in quotes if needed.
fn quoted(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:@".contains(c);
    match text.chars().all(is_plain) {
        true => text.to_owned(),
        false => format!("'{}'", text.replace('\'', "'\\''")),
    }
}

/// Prints its address and settings.
fn introduce(sandbox: &Sandbox, args: &Args) -> anyhow::Result<()> {
    let owners: Vec<String> = match args.goods_owner.as_slice() {
        [] => vec!["DEMO (id 1)".to_owned()],
        given => given.iter().map(|(code, id)| format!("{code} (id {id})")).collect(),
    };
    let url = sandbox.url();
    let host = url.find("//").and_then(|at| Some(at + 2 + url[at + 2..].find('/')?)).unwrap_or(url.len());
    let root = &url[..host];
    let (code, id) = args.goods_owner.first().map_or(("DEMO", 1), |(code, id)| (code.as_str(), *id));
    let secret = env::var(PASSWORD).is_ok_and(|password| !password.is_empty());
    let password = if secret { format!("\"${PASSWORD}\"") } else { "open-sesame".to_owned() };
    let mut text = format!(
        "page         {root}/\naddress      {url}\ncontract     {url}?WSDL\nuser         {user}\n\
         goods owner  {owners}\noperations   {operations}, listed on the page\n\
         actions      {actions}, as in: ongoing sandbox state --url {root}\n\n\
         For other programs, in a shell:\n  export ONGOING_URL={url}\n  \
         export ONGOING_USERNAME={user} ONGOING_PASSWORD={password}\n  \
         export ONGOING_GOODS_OWNER_CODE={code} ONGOING_GOODS_OWNER_ID={id}\n\n",
        user = args.user,
        owners = owners.join(", "),
        operations = Sandbox::operations().count(),
        actions = Sandbox::actions().count(),
    );
    if let (Some(file), Some(fingerprint)) = (&args.tls, sandbox.ca_fingerprint()) {
        let file = std::path::absolute(file).unwrap_or_else(|_| file.clone());
        let export = format!("  export ONGOING_CA_FILE={}\n\n", quoted(&file.display().to_string()));
        text.truncate(text.trim_end().len());
        text.push_str(&format!("\n{export}CA file      {}\nSHA-256      {fingerprint}\n", file.display()));
    }
    if let Some(pace) = args.auto {
        text.push_str(&format!("automatic    one step every {} s\n", pace.as_secs_f64()));
    }
    for disturbance in &args.disturb {
        text.push_str(&format!("disturbed    {disturbance}\n"));
    }
    text.push_str("Ctrl-C stops it.\n");
    print(&text)
}
