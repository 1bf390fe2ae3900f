#!/usr/bin/env bash
# Tries what build.sh has built: bash packaging/try.sh OUT [linux deb rpm wheel windows]; without names what is there.
# Says what each was seen to do, and ends with code 1 at the first that does not.
#
# linux needs objdump, deb dpkg, rpm rpm, wheel python3 with venv, windows Wine; the C library is tried where gcc and pkg-config
# are.
set -euo pipefail
[ $# -ge 1 ] || { sed -n '2,6s/^# \{0,1\}//p' "$0" >&2; exit 2; }
out=$(cd "$1" && pwd)
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset ONGOING_URL ONGOING_USERNAME ONGOING_PASSWORD ONGOING_CONFIG ONGOING_LOG_FORMAT

say() { printf '%s\n' "$*"; }
fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }
size() { du -h "$1" | cut -f1; }

# The highest version of glibc that a program asks for.
glibc() {
    objdump -T "$1" | grep -o 'GLIBC_[0-9.]*' | sort -Vu | tail -1
}

try_command() {
    local version
    version=$("$1" --version) || fail "--version of $1"
    "$1" demo > "$work/demo" 2>&1 || { cat "$work/demo"; fail "the demo of $1"; }
    say "  $version: the demo runs, $(wc -l < "$work/demo") lines"
}

try_linux() {
    local file
    file=$(echo "$out"/ongoing-*-x86_64-linux.tar.gz)
    say "== $(basename "$file"), $(size "$file")"
    tar -C "$work" -xzf "$file"
    local tree=$work/$(basename "$file" .tar.gz) program highest
    for program in "$tree/bin/ongoing" "$tree/lib/libongoingwms.so.1"; do
        highest=$(glibc "$program")
        say "  $(basename "$program"): $(size "$program"), highest symbol $highest"
        [ "$(printf '%s\n' "$highest" GLIBC_2.17 | sort -V | tail -1)" = GLIBC_2.17 ] || fail "$highest is newer than GLIBC_2.17"
    done
    try_command "$tree/bin/ongoing"
    local pages
    pages=$(find "$tree/share/man/man1" -name '*.1.gz' | wc -l)
    [ "$pages" -gt 10 ] || fail "$pages man pages"
    say "  $pages man pages"
    if command -v gcc > /dev/null && command -v pkg-config > /dev/null; then
        printf '#include <ongoingwms.h>\n#include <stdio.h>\nint main(void) { puts(ongoing_version()); return !ongoing_new(ONGOING_ABI); }\n' > "$work/try.c"
        # shellcheck disable=SC2046
        gcc "$work/try.c" -o "$work/try" $(PKG_CONFIG_PATH=$tree/lib/pkgconfig pkg-config --cflags --libs ongoingwms)
        say "  C library: version $(LD_LIBRARY_PATH=$tree/lib "$work/try")"
    fi
}

try_deb() {
    local file root=$work/deb
    file=$(echo "$out"/ongoing_*_amd64.deb)
    say "== $(basename "$file"), $(size "$file")"
    # A scratch root with an empty list of packages.
    mkdir -p "$root/var/lib/dpkg/info" "$root/var/lib/dpkg/updates"
    : > "$root/var/lib/dpkg/status"
    dpkg --root="$root" --force-not-root --force-depends --force-architecture --log=/dev/null -i "$file" > "$work/dpkg" 2>&1 ||
        { cat "$work/dpkg"; fail "dpkg -i"; }
    try_command "$root/usr/bin/ongoing"
    [ -e "$root/usr/share/man/man1/ongoing-push.1.gz" ] || fail "no man page of push"
    [ -e "$root/usr/share/bash-completion/completions/ongoing" ] || fail "no completions"
    dpkg --root="$root" --force-not-root --log=/dev/null --purge ongoing > "$work/dpkg" 2>&1 || { cat "$work/dpkg"; fail "dpkg --purge"; }
    [ -z "$(find "$root/usr" -type f 2> /dev/null)" ] || fail "files are left behind"
    say "  installed and removed, nothing left behind"
}

try_rpm() {
    local file root=$work/rpm
    file=$(echo "$out"/ongoing-*.x86_64.rpm)
    say "== $(basename "$file"), $(size "$file")"
    mkdir -p "$root"
    rpm --root "$root" --dbpath /rpmdb --initdb
    # Debian's rpm says that alien is for Debian.
    rpm --root "$root" --dbpath /rpmdb --nodeps --ignoreos -i "$file" 2> "$work/rpm_said" || { cat "$work/rpm_said"; fail "rpm -i"; }
    try_command "$root/usr/bin/ongoing"
    [ -e "$root/usr/share/man/man1/ongoing-push.1.gz" ] || fail "no man page of push"
    rpm --root "$root" --dbpath /rpmdb -e ongoing 2> "$work/rpm_said" || { cat "$work/rpm_said"; fail "rpm -e"; }
    [ -z "$(find "$root/usr" -type f 2> /dev/null)" ] || fail "files are left behind"
    say "  installed and removed, nothing left behind"
}

try_wheel() {
    local file
    file=$(echo "$out"/*.whl)
    say "== $(basename "$file"), $(size "$file")"
    python3 -m venv "$work/venv"
    "$work/venv/bin/pip" install --quiet --disable-pip-version-check --no-index "$file"
    try_command "$work/venv/bin/ongoing"
    ls "$out"/*.json > /dev/null || fail "no SBOM"
    python3 -c 'import json, sys; sbom = json.load(open(sys.argv[1])); print("  SBOM:", len(sbom["components"]), "components")' "$(ls "$out"/*.json | head -1)"
}

try_windows() {
    local file
    file=$(echo "$out"/ongoing-*-x86_64-windows.zip)
    say "== $(basename "$file"), $(size "$file")"
    bash "$(dirname "$0")/try_windows.sh" "$file"
}

if [ $# -eq 0 ]; then
    for pattern in 'linux:*-linux.tar.gz' 'deb:*.deb' 'rpm:*.rpm' 'wheel:*.whl' 'windows:*-windows.zip'; do
        # shellcheck disable=SC2086
        ls "$out"/${pattern#*:} > /dev/null 2>&1 && set -- "$@" "${pattern%%:*}"
    done
fi
[ $# -gt 0 ] || fail "there is nothing to try in $out"
for what in "$@"; do
    case $what in
        linux | deb | rpm | wheel | windows) "try_$what" ;;
        *) echo "there is no artefact $what" >&2; exit 2 ;;
    esac
done
if [ -e "$out/SHA256SUMS" ]; then (cd "$out" && sha256sum --quiet -c SHA256SUMS) && say "checksums agree"; fi
