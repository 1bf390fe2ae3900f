#!/bin/sh
# Installs the C library: sh capi/install.sh PREFIX FOLDER, where FOLDER holds what cargo built (target/release). DESTDIR is
# put before PREFIX, for packages.
set -eu
[ $# -eq 2 ] || { echo "usage: install.sh PREFIX FOLDER" >&2; exit 2; }
prefix=$1
built=$2
here=$(cd "$(dirname "$0")" && pwd)
to=${DESTDIR:-}$prefix
version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' "$here/../Cargo.toml")
abi=$(sed -n 's/^#define ONGOING_ABI //p' "$here/include/ongoingwms.h")

mkdir -p "$to/include" "$to/lib/pkgconfig"
cp "$here/include/ongoingwms.h" "$to/include/"
cp "$built/libongoingwms.so" "$to/lib/libongoingwms.so.$abi"
ln -sf "libongoingwms.so.$abi" "$to/lib/libongoingwms.so"
[ ! -e "$built/libongoingwms.a" ] || cp "$built/libongoingwms.a" "$to/lib/"
sed -e "s|@prefix@|$prefix|" -e "s|@version@|$version|" "$here/ongoingwms.pc.in" > "$to/lib/pkgconfig/ongoingwms.pc"
