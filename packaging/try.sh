#!/usr/bin/env bash
# Tries what build.sh has built: bash packaging/try.sh OUT [linux deb rpm wheel musl aarch64 windows]; without names what is there.
# Says what each was seen to do, and ends with code 1 at the first that does not.
#
# linux needs objdump, deb dpkg, rpm rpm, wheel python3 with venv, windows Wine; musl readelf, and chroot as root or by unshare;
# aarch64 such a machine, or qemu-aarch64-static and AARCH64_ROOT, a folder with glibc for it
# (`debootstrap --variant=minbase --foreign --arch=arm64 bookworm FOLDER`). The C library is tried where gcc and pkg-config are,
# the image of the Dockerfile where buildah is.
set -euo pipefail
[ $# -ge 1 ] || { sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//p}' "$0" >&2; exit 2; }
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

# A program does not show where it was built.
no_paths() {
    if grep -qaE 'rustlib/src/|[.]cargo/registry/' "$1"; then
        fail "$1 shows paths of the machine that built it: $(grep -aoE '[[:alnum:]./_-]*(rustlib/src|[.]cargo/registry)/[[:alnum:]./_-]*' "$1" | sed -n 1p)"
    fi
}

try_command() {
    local version
    version=$("$@" --version) || fail "--version of $*"
    "$@" demo > "$work/demo" 2>&1 || { cat "$work/demo"; fail "the demo of $*"; }
    say "  $version: the demo runs, $(wc -l < "$work/demo") lines"
}

# A push that is killed and run again, and a pull: `try_batch COMMAND ..`.
try_batch() {
    local folder=$work/batch port=$((20000 + RANDOM % 20000)) number sandbox push count
    rm -rf "$folder"
    mkdir "$folder"
    for number in $(seq 1001 1060); do
        printf '{"OrderInfo": {"GoodsOwnerOrderNumber": "%s"}, "Customer": {"Name": "\303\205sa"}, "CustomerOrderLines": [{"ArticleNumber": "A-1", "NumberOfItems": 1}]}\n' "$number"
    done > "$folder/orders.jsonl"
    echo '{"ArticleNumber": "A-1", "ArticleName": "Mug"}' > "$folder/articles.jsonl"
    "$@" sandbox --port "$port" > "$work/sandbox" 2>&1 &
    sandbox=$!
    (
        cd "$folder"
        export ONGOING_URL=http://127.0.0.1:$port/demo/service.asmx ONGOING_USERNAME=demo ONGOING_PASSWORD=open-sesame
        export ONGOING_GOODS_OWNER_CODE=DEMO ONGOING_GOODS_OWNER_ID=1
        for _ in $(seq 100); do "$@" status > /dev/null 2>&1 && break; sleep 0.2; done
        "$@" push articles articles.jsonl > "$work/push" 2>&1 || { cat "$work/push"; fail "push articles"; }
        "$@" sandbox disturb delay --operation ProcessOrder --count 30 --seconds 1 > /dev/null
        "$@" push orders orders.jsonl > "$work/push" 2>&1 &
        push=$!
        sleep 4
        kill -9 "$push" 2> /dev/null || fail "the push was at its end before it was killed"
        wait "$push" 2> /dev/null || true
        "$@" sandbox undisturb > /dev/null
        "$@" push orders orders.jsonl --summary json > "$work/push" 2> "$work/said" || { cat "$work/said"; fail "push orders"; }
        "$@" pull orders --out orders.csv --columns OrderInfo.GoodsOwnerOrderNumber > /dev/null 2>&1 || fail "pull orders"
    ) || { kill "$sandbox"; exit 1; }
    kill "$sandbox"
    wait "$sandbox" 2> /dev/null || true
    count=$(tail -n +2 "$folder/orders.csv" | sort -u | wc -l)
    [ "$count $(wc -l < "$folder/orders.csv")" = "60 61" ] || fail "the warehouse has $count orders instead of 60"
    say "  a push of 60 orders that was killed and run again ($(grep -o '"sent":[0-9]*' "$work/push") by the second run); pulled: 60 rows"
}

# The SBOM beside an artefact.
try_sbom() {
    python3 -c 'import json, sys; sbom = json.load(open(sys.argv[1])); print("  SBOM:", len(sbom["components"]), "components")' "$1.cyclonedx.json" || fail "no SBOM"
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
        no_paths "$program"
    done
    try_command "$tree/bin/ongoing"
    try_batch "$tree/bin/ongoing"
    try_sbom "$out/$(basename "$tree")"
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
    try_sbom "$(echo "$out"/ongoing_wms_cli-*.cyclonedx.json | sed 's/.cyclonedx.json//')"
}

try_musl() {
    local file root=$work/empty become=()
    file=$(echo "$out"/ongoing-*-x86_64-linux-musl.tar.gz)
    say "== $(basename "$file"), $(size "$file")"
    tar -C "$work" -xzf "$file"
    local tree=$work/$(basename "$file" .tar.gz)
    if readelf -lW "$tree/bin/ongoing" | grep -q INTERP; then fail "the program needs a loader"; fi
    say "  ongoing: $(size "$tree/bin/ongoing"), static"
    no_paths "$tree/bin/ongoing"
    # As in an image with nothing else in it: there is no /tmp, no /etc, no certificate.
    mkdir -p "$root/data"
    cp "$tree/bin/ongoing" "$root/"
    [ "$(id -u)" = 0 ] || become=(unshare --user --map-root-user)
    "${become[@]}" env -i TMPDIR=/data "$(command -v chroot)" "$root" /ongoing demo > "$work/demo" 2>&1 || { cat "$work/demo"; fail "the demo in an empty root"; }
    say "  the demo runs in a root with no other file"
    if command -v buildah > /dev/null; then
        local image container
        image=$(buildah bud --isolation chroot --quiet "$tree") || fail "the image"
        container=$(buildah from "$image")
        # As the user, and in the folder, that the image names.
        buildah run --isolation chroot "$container" -- /ongoing demo > "$work/demo" 2>&1 || { cat "$work/demo"; fail "the demo in the image"; }
        buildah rm "$container" > /dev/null
        buildah rmi "$image" > /dev/null
        say "  the image is built, and the demo runs in it"
    fi
    try_batch "$tree/bin/ongoing"
    try_sbom "$out/$(basename "$tree")"
}

try_aarch64() {
    local file highest run=()
    file=$(echo "$out"/ongoing-*-aarch64-linux.tar.gz)
    say "== $(basename "$file"), $(size "$file")"
    tar -C "$work" -xzf "$file"
    local tree=$work/$(basename "$file" .tar.gz) program
    for program in "$tree/bin/ongoing" "$tree/lib/libongoingwms.so.1"; do
        highest=$(readelf -VW "$program" | grep -o 'GLIBC_[0-9.]*' | sort -Vu | tail -1)
        say "  $(basename "$program"): $(size "$program"), highest symbol $highest"
        [ "$(printf '%s\n' "$highest" GLIBC_2.17 | sort -V | tail -1)" = GLIBC_2.17 ] || fail "$highest is newer than GLIBC_2.17"
        no_paths "$program"
    done
    [ "$(uname -m)" = aarch64 ] || run=(qemu-aarch64-static -L "${AARCH64_ROOT:?names a folder with glibc for aarch64}")
    try_command "${run[@]}" "$tree/bin/ongoing"
    try_batch "${run[@]}" "$tree/bin/ongoing"
    try_sbom "$out/$(basename "$tree")"
}

try_windows() {
    local file
    file=$(echo "$out"/ongoing-*-x86_64-windows.zip)
    say "== $(basename "$file"), $(size "$file")"
    bash "$(dirname "$0")/try_windows.sh" "$file"
}

if [ $# -eq 0 ]; then
    for pattern in 'linux:*-x86_64-linux.tar.gz' 'deb:*.deb' 'rpm:*.rpm' 'wheel:*.whl' 'musl:*-linux-musl.tar.gz' 'aarch64:*-aarch64-linux.tar.gz' 'windows:*-windows.zip'; do
        # shellcheck disable=SC2086
        ls "$out"/${pattern#*:} > /dev/null 2>&1 && set -- "$@" "${pattern%%:*}"
    done
fi
[ $# -gt 0 ] || fail "there is nothing to try in $out"
for what in "$@"; do
    case $what in
        linux | deb | rpm | wheel | musl | aarch64 | windows) "try_$what" ;;
        *) echo "there is no artefact $what" >&2; exit 2 ;;
    esac
done
if [ -e "$out/SHA256SUMS" ]; then (cd "$out" && sha256sum --quiet -c SHA256SUMS) && say "checksums agree"; fi
