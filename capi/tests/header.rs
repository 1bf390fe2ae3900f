//! The header is made of `src/abi.rs` and `src/codes.rs`. A mismatch writes the new one and fails.

use std::path::Path;

#[test]
fn the_header_is_that_of_the_source() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut config = cbindgen::Config::from_file(here.join("cbindgen.toml")).expect("cbindgen.toml");
    config.header = Some(HEAD.to_owned());
    let bindings = cbindgen::Builder::new()
        .with_config(config)
        .with_src(here.join("src/codes.rs"))
        .with_src(here.join("src/session.rs"))
        .with_src(here.join("src/abi.rs"))
        .generate()
        .expect("no header can be made");
    let mut made = Vec::new();
    bindings.write(&mut made);
    // What Rust asks of unsafe functions is at the head of the header.
    let made = String::from_utf8(made).unwrap().replace(SAFETY, "");
    let path = here.join("include/ongoingwms.h");
    if std::fs::read_to_string(&path).ok().as_deref() == Some(&made) {
        return;
    }
    if std::env::var_os("CI").is_none() {
        std::fs::write(&path, &made).unwrap();
    }
    panic!("{} differs; the new header is written, read it", path.display());
}

const SAFETY: &str = "\n # Safety\n See the head of this file.\n";

const HEAD: &str = "\
/*
 * The goods-owner API of Ongoing WMS for C.
 *
 * Texts are UTF-8 with a length. Texts that go in need no NUL; texts that come out have one behind them, which the length
 * does not count, and belong to the session.
 *
 * A session is for one thread at a time; ongoing_share makes one for another thread. While one of its functions runs, as
 * in a callback, its other functions return 2 and do nothing.
 *
 * Functions that return int32_t return an exit code of the `ongoing` command, 0 for done; ongoing_text and ongoing_number
 * tell more about the last of them. Panics of the library end in exit code 70, not in the program that calls it. A callback
 * must return: it does not leave by longjmp, nor by an exception.
 */";
