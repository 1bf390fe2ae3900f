//! Prints the Rust code for a WSDL: `cargo run -p ongoing-codegen -- [--port NAME] FILE.wsdl [ANNOTATIONS.toml]`.
#![forbid(unsafe_code)]

use std::io::{ErrorKind, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use ongoing_codegen::render::{Options, render};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(65)
        }
    }
}

const USAGE: &str = "usage: ongoing-codegen [--port NAME] FILE.wsdl [ANNOTATIONS.toml]";

fn run() -> Result<()> {
    let (mut files, mut port) = (Vec::new(), None);
    let mut arguments = std::env::args_os().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.to_str() {
            Some("--port") => port = Some(arguments.next().context(USAGE)?),
            Some("--help" | "-h") => return print(&format!("{USAGE}\n")),
            Some(option) if option.starts_with('-') => bail!("unknown option {option}\n{USAGE}"),
            _ => files.push(PathBuf::from(argument)),
        }
    }
    let (wsdl, annotations) = match files.as_slice() {
        [wsdl] => (wsdl, None),
        [wsdl, annotations] => (wsdl, Some(annotations.as_path())),
        _ => bail!(USAGE),
    };
    let port = port.as_ref().map(|port| port.to_string_lossy());
    let (service, _) = ongoing_codegen::wsdl::load(wsdl, annotations, port.as_deref())?;
    for warning in &service.warnings {
        eprintln!("warning: {warning}");
    }
    let source = wsdl.file_name().unwrap_or_default().to_string_lossy().into_owned();
    print(&render(&service, &Options { source, ..Options::default() })?)
}

fn print(text: &str) -> Result<()> {
    match std::io::stdout().write_all(text.as_bytes()) {
        // The reader of the output has closed it.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written.context("writing the code"),
    }
}
