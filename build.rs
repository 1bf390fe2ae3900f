//! Makes `api.rs` from the contract: inputs, one call of the generator, rerun-if-changed.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use anyhow::{Context, Result, bail};
use ongoing_codegen::render::{Options, render};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Cargo shows these lines as they are; returned from `main`, they would stand in a heap of others.
            for line in format!("{error:#}").lines() {
                println!("cargo::error={line}");
            }
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    println!("cargo::rerun-if-env-changed=ONGOING_WSDL");
    println!("cargo::rerun-if-env-changed=ONGOING_WSDL_PORT");
    println!("cargo::rerun-if-changed=wsdl");
    let vendored = PathBuf::from("wsdl/service.wsdl");
    let given = env::var_os("ONGOING_WSDL").filter(|path| !path.is_empty()).map(PathBuf::from);
    let contract = given.clone().unwrap_or_else(|| vendored.clone());
    if contract.is_relative() && given.is_some() {
        bail!(
            "ONGOING_WSDL={} is relative, and nobody can tell to what\n  hint: give an absolute path, or in \
             .cargo/config.toml: [env] ONGOING_WSDL = {{ value = \"..\", relative = true }}",
            contract.display()
        );
    }
    let port = env::var("ONGOING_WSDL_PORT").ok().filter(|port| !port.is_empty());
    generate(&contract, port.as_deref(), Some("crate::Client"), "api.rs")?;
    // The sandbox is written against our own contract, whatever the client is built from.
    let kept = PathBuf::from("wsdl/sandbox.wsdl");
    let own = if kept.exists() { kept } else { vendored };
    let served = std::path::absolute(&own).with_context(|| format!("finding {}", own.display()))?;
    println!("cargo::rustc-env=SANDBOX_WSDL={}", served.display());
    let contract_read =
        std::path::absolute(&contract).with_context(|| format!("finding {}", contract.display()))?;
    println!("cargo::rustc-env=CONTRACT_WSDL={}", contract_read.display());
    println!("cargo::rustc-check-cfg=cfg(own_contract)");
    if own == contract {
        println!("cargo::rustc-cfg=own_contract");
    } else if env::var_os("CARGO_FEATURE_SANDBOX").is_some() {
        generate(&own, None, None, "sandbox_api.rs")?;
    }
    Ok(())
}

fn generate(contract: &Path, port: Option<&str>, client: Option<&str>, file: &str) -> Result<()> {
    let annotations = Path::new("wsdl/annotations.toml");
    let (service, inputs) = ongoing_codegen::wsdl::load(contract, Some(annotations), port)?;
    for warning in &service.warnings {
        println!("cargo::warning={warning}");
    }
    for input in inputs {
        println!("cargo::rerun-if-changed={}", input.display());
    }
    let source = contract.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let client = client.map(str::to_owned);
    let text = render(&service, &Options { runtime: "crate::runtime".to_owned(), client, source })?;
    let out = PathBuf::from(env::var_os("OUT_DIR").context("OUT_DIR is not set")?).join(file);
    fs::write(&out, text).with_context(|| format!("writing {}", out.display()))
}
