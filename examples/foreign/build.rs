//! Makes `crm.rs` from `crm.wsdl`.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

use ongoing_codegen::render::{Options, render};

fn main() -> Result<(), Box<dyn Error>> {
    let wsdl = Path::new("crm.wsdl");
    let (service, inputs) = ongoing_codegen::wsdl::load(wsdl, Some(Path::new("annotations.toml")), None)?;
    for input in inputs {
        println!("cargo::rerun-if-changed={}", input.display());
    }
    for warning in &service.warnings {
        println!("cargo::warning={warning}");
    }
    let text = render(&service, &Options { source: "crm.wsdl".to_owned(), ..Options::default() })?;
    let out = PathBuf::from(env::var("OUT_DIR")?).join("crm.rs");
    Ok(fs::write(out, text)?)
}
