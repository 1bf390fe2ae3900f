//! Libraries in C that are preloaded into the command on Linux, to give it a machine that has something wrong.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::{env, fs};

/// Makes the library of a source file in `tests/`; `None` on other systems and without a C compiler.
pub fn library(source: &str) -> Option<PathBuf> {
    if !cfg!(target_os = "linux") {
        return None;
    }
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(source);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    fs::create_dir_all(folder).ok()?;
    let name = source.file_stem()?.to_string_lossy();
    let library = folder.join(format!("{name}_{}.so", std::process::id()));
    let made = Command::new(env::var_os("CC").unwrap_or_else(|| "cc".into()))
        .args(["-shared", "-fPIC", "-o"])
        .args([&library, &source])
        .arg("-ldl")
        .status();
    made.ok().filter(ExitStatus::success).map(|_| library)
}
