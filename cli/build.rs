//! Tells the tests whether the library is built from its own contract: with another one, other types and operations exist.

use std::env;
use std::path::Path;

fn main() {
    println!("cargo::rerun-if-env-changed=ONGOING_WSDL");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(own_contract)");
    // A contract of the user's own in place of `service.wsdl` leaves ours beside it under this name.
    let replaced = Path::new("../wsdl/sandbox.wsdl");
    if replaced.exists() {
        println!("cargo::rerun-if-changed={}", replaced.display());
    }
    let is_given = env::var_os("ONGOING_WSDL").is_some_and(|path| !path.is_empty());
    if !is_given && !replaced.exists() {
        println!("cargo::rustc-cfg=own_contract");
    }
}
