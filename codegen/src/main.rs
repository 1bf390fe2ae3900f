//! Prints the Rust code for a WSDL: `cargo run -p ongoing-codegen -- FILE.wsdl [ANNOTATIONS.toml]`.
#![forbid(unsafe_code)]

use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
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

fn run() -> Result<()> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(wsdl), annotations, None) = (arguments.next(), arguments.next(), arguments.next()) else {
        bail!("usage: ongoing-codegen FILE.wsdl [ANNOTATIONS.toml]");
    };
    let text = code(&wsdl, annotations.as_deref())?;
    match std::io::stdout().write_all(text.as_bytes()) {
        // Whoever reads has read enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written.context("writing the code"),
    }
}

fn code(wsdl: &Path, annotations: Option<&Path>) -> Result<String> {
    let (service, _) = ongoing_codegen::wsdl::load(wsdl, annotations)?;
    let source = wsdl.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(render(&service, &Options { source, ..Options::default() })?)
}
