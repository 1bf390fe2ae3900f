//! Gives the shared library a name that changes with its binary interface.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let is_elf = std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux");
    if is_elf {
        // The number is ONGOING_ABI, which `tests/examples.rs` compares.
        println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libongoingwms.so.1");
    }
}
