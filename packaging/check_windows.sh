#!/usr/bin/env bash
# Checks the command for Windows, with warnings as errors: bash packaging/check_windows.sh
#
# Needs mingw-w64 (for SQLite and ring) and a standard library for x86_64-pc-windows-gnu, as build.sh does: CROSS_RUSTC names a compiler
# with the sources of one.
set -euo pipefail
cd "$(dirname "$0")/.."
target=x86_64-pc-windows-gnu
rustc=$(command -v "${CROSS_RUSTC:-rustc}") with=() bootstrap=()
if [ ! -d "$("$rustc" --print sysroot)/lib/rustlib/$target/lib" ]; then
    with=(-Z build-std=std,panic_unwind)
    bootstrap=(env RUSTC_BOOTSTRAP=1)
fi
RUSTC=$rustc RUSTFLAGS="-D warnings" "${bootstrap[@]}" cargo check --locked -p ongoing -p ongoing-wms-capi --target "$target" "${with[@]}"
