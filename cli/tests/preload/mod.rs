//! Libraries in C that are preloaded into the command on Linux, to give it a machine that has something wrong.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// Makes the library of a source file in `tests/`; `None` on other systems, and without a C compiler unless
/// ONGOING_REQUIRE_TOOLS is set.
pub fn library(source: &str) -> Option<PathBuf> {
    if !cfg!(target_os = "linux") {
        return None;
    }
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(source);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    fs::create_dir_all(folder).unwrap();
    let name = source.file_stem()?.to_string_lossy();
    let library = folder.join(format!("{name}_{}.so", std::process::id()));
    let compiler = env::var_os("CC").unwrap_or_else(|| "cc".into());
    let made = Command::new(&compiler)
        .args(["-shared", "-fPIC", "-o"])
        .args([&library, &source])
        .arg("-ldl")
        .output();
    match made {
        Err(error)
            if error.kind() == ErrorKind::NotFound && env::var_os("ONGOING_REQUIRE_TOOLS").is_none() =>
        {
            None
        }
        made => {
            let made = made.unwrap_or_else(|error| panic!("{}: {error}", compiler.display()));
            assert!(made.status.success(), "{}: {}", source.display(), String::from_utf8_lossy(&made.stderr));
            Some(library)
        }
    }
}
