#!/usr/bin/env bash
# Builds what users install: bash packaging/build.sh OUT [linux deb rpm wheel windows sums]; all of them if none is named.
#
#   linux    ongoing-VERSION-x86_64-linux.tar.gz, for glibc 2.17 and later (RHEL 7); the command, man pages, completions,
#            and the C library
#   deb rpm  packages of the same files, without the C library
#   wheel    Python wheel with the command, so that `pipx install` gets it; its SBOM is also put beside the others
#   windows  ongoing-VERSION-x86_64-windows.zip
#   sums     SHA256SUMS of all that is in OUT
#
# linux, deb, rpm and wheel need cargo-zigbuild, maturin and zig (`pip install cargo-zigbuild maturin ziglang`); deb needs
# dpkg-deb, rpm rpmbuild. windows needs mingw-w64 and a standard library for x86_64-pc-windows-gnu: one that rustup has
# installed, or the sources of the compiler's own (WINDOWS_RUSTC names such a compiler; see README.md).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
[ $# -ge 1 ] || { sed -n '2,15s/^# \{0,1\}//p' "$0" >&2; exit 2; }
mkdir -p "$1"
out=$(cd "$1" && pwd)
shift
[ $# -gt 0 ] || set -- linux deb rpm wheel windows sums

version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' "$root/Cargo.toml")
build=${CARGO_TARGET_DIR:-$root/target}
linux=x86_64-unknown-linux-gnu
windows=x86_64-pc-windows-gnu
stage=$build/package/ongoing-$version-x86_64-linux

# The same sources give the same bytes: no paths of this machine, no time of today.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
export RUSTFLAGS="--remap-path-prefix=$root=/ongoing-wms --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=/cargo"
export CARGO_PROFILE_RELEASE_STRIP=symbols
cd "$root"

step() { printf '\n== %s\n' "$*"; }

# Puts the files of a command into a folder: usr/bin, usr/share, and the C library.
fill() {
    local to=$1 ongoing=$2
    mkdir -p "$to/bin" "$to/share/man/man1" "$to/share/doc/ongoing" "$to/share/bash-completion/completions" \
        "$to/share/zsh/site-functions" "$to/share/fish/vendor_completions.d"
    cp "$ongoing" "$to/bin/ongoing"
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
    mkdir -p "$stage/lib"
    sh capi/install.sh "$stage" "$build/$linux/release"
    # Whoever unpacks it says where: pkg-config --define-prefix finds the rest.
    sed -i 's|^prefix=.*|prefix=${pcfiledir}/../..|' "$stage/lib/pkgconfig/ongoingwms.pc"
    rm -f "$stage/lib/libongoingwms.a"
    pack "$stage" "$out/$(basename "$stage").tar.gz"
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
}

build_wheel() {
    step "Python wheel"
    rm -f "$out"/ongoing_wms_cli-*.whl
    (cd "$here/wheel" && maturin build --release --locked --zig --compatibility manylinux_2_17 --target "$linux" \
        --target-dir "$build" --out "$out")
    # It holds the SBOM of the command, made from Cargo.lock.
    python3 - "$out" <<'PYTHON'
import glob, sys, zipfile
out = sys.argv[1]
with zipfile.ZipFile(sorted(glob.glob(out + "/*.whl"))[-1]) as wheel:
    for name in wheel.namelist():
        if "/sboms/" in name and name.endswith(".json"):
            with open(out + "/" + name.rsplit("/", 1)[1], "wb") as file:
                file.write(wheel.read(name))
PYTHON
}

build_windows() {
    step "command for Windows"
    local rustc more=()
    rustc=$(command -v "${WINDOWS_RUSTC:-rustc}")
    if [ ! -d "$("$rustc" --print sysroot)/lib/rustlib/$windows" ]; then
        # No standard library for Windows: it is built too, from the sources of this very compiler.
        more=(-Z build-std=std,panic_unwind)
        export RUSTC_BOOTSTRAP=1
    fi
    RUSTC=$rustc CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER=x86_64-w64-mingw32-gcc \
        cargo build --locked --release -p ongoing --target "$windows" --target-dir "$build" "${more[@]}"
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
}

build_sums() {
    step checksums
    (cd "$out" && rm -f SHA256SUMS && sha256sum -- * > "$build/SHA256SUMS" && mv "$build/SHA256SUMS" .)
    cat "$out/SHA256SUMS"
}

for what in "$@"; do
    case $what in
        linux | deb | rpm | wheel | windows | sums) "build_$what" ;;
        *) echo "there is no artefact $what" >&2; exit 2 ;;
    esac
done
