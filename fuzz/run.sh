#!/usr/bin/env bash
# Fuzzes one target with the stable compiler: bash fuzz/run.sh answer -max_total_time=1800
# As `cargo fuzz run`, but without the address sanitizer, which needs nightly Rust and finds nothing in safe code.
set -euo pipefail
cd "$(dirname "$0")"
target="$1"
shift
triple="$(rustc -vV | sed -n 's/^host: //p')"
# With --target these flags are for the code that is fuzzed, not for build scripts.
export RUSTFLAGS="--cfg fuzzing -Cdebug-assertions -Ccodegen-units=1 -Cpasses=sancov-module \
-Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
-Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares"
cargo build --release --target "$triple" --bin "$target"
mkdir -p "found/$target"
exec "${CARGO_TARGET_DIR:-target}/$triple/release/$target" "found/$target" "corpus/$target" \
    -artifact_prefix="found/$target-" -max_len=65536 -timeout=10 -rss_limit_mb=2048 "$@"
