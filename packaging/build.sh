#!/usr/bin/env bash
# Builds what users install: bash packaging/build.sh OUT [linux deb rpm wheel musl aarch64 windows sums]; all of them if none is
# named.
#
#   linux    ongoing-VERSION-x86_64-linux.tar.gz, for glibc 2.17 and later (RHEL 7); the command, man pages, completions,
#            and the C library
#   deb rpm  packages of the same files, without the C library
#   wheel    Python wheel with the command, so that `pipx install` gets it
#   musl     ongoing-VERSION-x86_64-linux-musl.tar.gz: as linux, one static program that needs no library of the system, without
#            the C library; for old or empty systems, and for the image of the Dockerfile
#   aarch64  ongoing-VERSION-aarch64-linux.tar.gz: as linux, for 64-bit ARM
#   windows  ongoing-VERSION-x86_64-windows.zip
#   sums     SHA256SUMS of all that is in OUT
#
# All but windows need cargo-zigbuild, maturin and zig (`pip install cargo-zigbuild maturin ziglang`); deb needs dpkg-deb, rpm
# rpmbuild, windows mingw-w64. musl, aarch64 and windows need a standard library of their target: one that rustup has installed,
# or the sources of the compiler's own (CROSS_RUSTC names such a compiler; see README.md).
#
# Beside each goes what it is built from: NAME.cyclonedx.json.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
[ $# -ge 1 ] || { sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//p}' "$0" >&2; exit 2; }
mkdir -p "$1"
out=$(cd "$1" && pwd)
shift
[ $# -gt 0 ] || set -- linux deb rpm wheel musl aarch64 windows sums

version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' "$root/Cargo.toml")
build=${CARGO_TARGET_DIR:-$root/target}
linux=x86_64-unknown-linux-gnu
musl=x86_64-unknown-linux-musl
aarch64=aarch64-unknown-linux-gnu
windows=x86_64-pc-windows-gnu
stage=$build/package/ongoing-$version-x86_64-linux

# The same sources give the same bytes: no paths of this machine, no time of today, no rights of this user's own.
umask 022
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
export CARGO_PROFILE_RELEASE_STRIP=symbols
cd "$root"

# What programs show of the files that they are built from, by this compiler: `remap RUSTC`.
remap() {
    local std
    std=$("$1" --print sysroot)/lib/rustlib/src/rust
    RUSTFLAGS=
    for pair in "$root=/ongoing-wms" "$build=/target" "${CARGO_HOME:-$HOME/.cargo}=/cargo" "$std=/rust" "$(realpath -m "$std")=/rust"; do
        RUSTFLAGS="$RUSTFLAGS --remap-path-prefix=$pair"
    done
    export RUSTFLAGS
}
remap "$(command -v rustc)"

step() { printf '\n== %s\n' "$*"; }

# Chooses the compiler for a target, its flags, and what cargo needs besides: where it has no standard library for the target, one
# is built from the compiler's own sources.
cross() {
    rustc=$(command -v "${CROSS_RUSTC:-rustc}") with=() bootstrap=()
    local RUSTFLAGS
    remap "$rustc"
    flags=$RUSTFLAGS
    if [ ! -d "$("$rustc" --print sysroot)/lib/rustlib/$1/lib" ]; then
        with=(-Z build-std=std,panic_unwind)
        bootstrap=(env RUSTC_BOOTSTRAP=1)
    fi
}

# What a package of the workspace is built from, for a target, beside an artefact.
sbom() { python3 "$here/sbom.py" "$1" "$2" "${@:4}" > "$out/$3.cyclonedx.json"; }

# Puts the files of a command into a folder: bin and share. What it prints of itself comes from a third program, if that of the
# package is not for this machine.
fill() {
    local to=$1 ongoing=${3:-$2}
    mkdir -p "$to/bin" "$to/share/man/man1" "$to/share/doc/ongoing" "$to/share/bash-completion/completions" \
        "$to/share/zsh/site-functions" "$to/share/fish/vendor_completions.d"
    cp "$2" "$to/bin/ongoing"
    "$ongoing" man --all "$to/share/man/man1"
    gzip -9n "$to"/share/man/man1/*.1
    "$ongoing" completions bash > "$to/share/bash-completion/completions/ongoing"
    "$ongoing" completions zsh > "$to/share/zsh/site-functions/_ongoing"
    "$ongoing" completions fish > "$to/share/fish/vendor_completions.d/ongoing.fish"
    cp README.md CHANGELOG.md LICENSE-MIT LICENSE-APACHE "$to/share/doc/ongoing/"
    cp -r docs examples/night examples/schedulers "$to/share/doc/ongoing/"
}

build_linux() {
    step "command and C library for glibc 2.17"
    cargo zigbuild --locked --release -p ongoing -p ongoing-wms-capi --target "$linux.2.17" --target-dir "$build"
    rm -rf "$stage"
    fill "$stage" "$build/$linux/release/ongoing"
    with_library "$stage" "$build/$linux/release"
    pack "$stage" "$out/$(basename "$stage").tar.gz"
    sbom "$linux" ongoing "$(basename "$stage")" ongoing-wms-capi
}

build_musl() {
    step "static command"
    local rustc flags with bootstrap tree=$build/package/ongoing-$version-x86_64-linux-musl
    cross "$musl"
    # The objects that start a program come from zig, not from a standard library that was built here.
    [ ${#with[@]} = 0 ] || flags="$flags -C link-self-contained=no"
    RUSTC=$rustc RUSTFLAGS=$flags "${bootstrap[@]}" \
        cargo zigbuild --locked --release -p ongoing --target "$musl" --target-dir "$build" "${with[@]}"
    rm -rf "$tree"
    fill "$tree" "$build/$musl/release/ongoing"
    cp "$here/Dockerfile" "$tree/"
    # The working directory of the image.
    mkdir "$tree/data"
    pack "$tree" "$out/$(basename "$tree").tar.gz"
    sbom "$musl" ongoing "$(basename "$tree")"
}

build_aarch64() {
    built_linux
    step "command and C library for 64-bit ARM, glibc 2.17"
    local rustc flags with bootstrap tree=$build/package/ongoing-$version-aarch64-linux
    cross "$aarch64"
    RUSTC=$rustc RUSTFLAGS=$flags "${bootstrap[@]}" \
        cargo zigbuild --locked --release -p ongoing -p ongoing-wms-capi --target "$aarch64.2.17" --target-dir "$build" "${with[@]}"
    rm -rf "$tree"
    fill "$tree" "$build/$aarch64/release/ongoing" "$stage/bin/ongoing"
    with_library "$tree" "$build/$aarch64/release"
    pack "$tree" "$out/$(basename "$tree").tar.gz"
    sbom "$aarch64" ongoing "$(basename "$tree")" ongoing-wms-capi
}

# Adds the C library, from the folder where it was built.
with_library() {
    mkdir -p "$1/lib"
    sh capi/install.sh "$1" "$2"
    # Whoever unpacks it says where: pkg-config --define-prefix finds the rest.
    sed -i 's|^prefix=.*|prefix=${pcfiledir}/../..|' "$1/lib/pkgconfig/ongoingwms.pc"
    rm -f "$1/lib/libongoingwms.a"
}

# A tar.gz whose bytes depend on the files alone.
pack() {
    tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" --mode=u=rwX,go=rX \
        -C "$(dirname "$1")" -cf - "$(basename "$1")" | gzip -9n > "$2"
}

built_linux() { [ -x "$stage/bin/ongoing" ] || build_linux; }

build_deb() {
    built_linux
    step "Debian package"
    local tree=$build/package/deb
    rm -rf "$tree"
    mkdir -p "$tree/usr" "$tree/DEBIAN"
    cp -r "$stage/bin" "$stage/share" "$tree/usr/"
    cp "$here/copyright" "$tree/usr/share/doc/ongoing/copyright"
    find "$tree/usr" -type d -exec chmod 755 {} +
    find "$tree/usr" -type f -exec chmod 644 {} +
    chmod 755 "$tree/usr/bin/ongoing"
    sed -e "s/@version@/$version/" -e "s/@size@/$(du -sk "$tree/usr" | cut -f1)/" "$here/control.in" > "$tree/DEBIAN/control"
    find "$tree" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
    dpkg-deb --root-owner-group -Zxz --build "$tree" "$out/ongoing_${version}_amd64.deb"
    sbom "$linux" ongoing "ongoing_${version}_amd64"
}

build_rpm() {
    built_linux
    step "RPM package"
    local top=$build/package/rpm
    rm -rf "$top"
    mkdir -p "$top"
    rpmbuild -bb --quiet --target x86_64-linux --define "_topdir $top" --define "stage $stage" \
        --define "version_ $version" --define '_build_id_links none' --define 'debug_package %{nil}' \
        --define "use_source_date_epoch_as_buildtime 1" --define "clamp_mtime_to_source_date_epoch 1" \
        --define '__os_install_post %{nil}' --define "_buildhost localhost" "$here/rpm/ongoing.spec"
    find "$top/RPMS" -name '*.rpm' -exec cp {} "$out/ongoing-$version-1.x86_64.rpm" \;
    sbom "$linux" ongoing "ongoing-$version-1.x86_64"
}

build_wheel() {
    step "Python wheel"
    rm -f "$out"/ongoing_wms_cli-*.whl
    (cd "$here/wheel" && maturin build --release --locked --zig --compatibility manylinux_2_17 --target "$linux" \
        --target-dir "$build" --out "$out")
    sbom "$linux" ongoing "ongoing_wms_cli-$version"
}

build_windows() {
    step "command for Windows"
    local rustc flags with bootstrap
    cross "$windows"
    RUSTC=$rustc RUSTFLAGS=$flags CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER=x86_64-w64-mingw32-gcc "${bootstrap[@]}" \
        cargo build --locked --release -p ongoing --target "$windows" --target-dir "$build" "${with[@]}"
    local tree=$build/package/ongoing-$version-x86_64-windows
    rm -rf "$tree"
    mkdir -p "$tree"
    cp "$build/$windows/release/ongoing.exe" "$tree/"
    for name in README.md CHANGELOG.md LICENSE-MIT LICENSE-APACHE; do
        # Notepad of older Windows knows no other line ends.
        sed 's/$/\r/' "$name" > "$tree/${name%.md}.txt"
    done
    cp -r examples/schedulers/windows "$tree/examples"
    find "$tree" -exec touch -d "@$SOURCE_DATE_EPOCH" {} +
    rm -f "$out/$(basename "$tree").zip"
    python3 - "$tree" "$out/$(basename "$tree").zip" "$SOURCE_DATE_EPOCH" <<'PYTHON'
import os, sys, time, zipfile
tree, target, when = sys.argv[1], sys.argv[2], time.gmtime(int(sys.argv[3]))[:6]
with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
    for folder, folders, files in os.walk(tree):
        folders.sort()
        for name in sorted(files):
            path = os.path.join(folder, name)
            info = zipfile.ZipInfo(os.path.relpath(path, os.path.dirname(tree)), when)
            info.external_attr = 0o644 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            with open(path, "rb") as file:
                archive.writestr(info, file.read())
PYTHON
    sbom "$windows" ongoing "$(basename "$tree")"
}

build_sums() {
    step checksums
    (cd "$out" && rm -f SHA256SUMS && sha256sum -- * > "$build/SHA256SUMS" && mv "$build/SHA256SUMS" .)
    cat "$out/SHA256SUMS"
}

for what in "$@"; do
    case $what in
        linux | deb | rpm | wheel | musl | aarch64 | windows | sums) "build_$what" ;;
        *) echo "there is no artefact $what" >&2; exit 2 ;;
    esac
done
