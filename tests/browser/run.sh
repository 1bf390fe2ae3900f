#!/bin/sh
# Clicks through the sandbox's page in headless Chromium, from any folder. Needs Rust, Node.js 20.19 with npm, curl, and Chromium (Debian: chromium);
# playwright-core and axe-core are installed below the build's folder.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)

missing() {
    echo "$1 is missing: install $2" >&2
    exit 1
}
command -v cargo >/dev/null || missing cargo Rust
command -v node >/dev/null || missing node "Node.js 20.19"
command -v npm >/dev/null || missing npm "npm"
command -v curl >/dev/null || missing curl curl
browser=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)}
[ -n "$browser" ] || missing Chromium "chromium, or name one in CHROMIUM"

playwright=1.65.1
axe=4.14.1

work=${CARGO_TARGET_DIR:-$root/target}
mkdir -p "$work"
work=$(cd "$work" && pwd)
export CARGO_TARGET_DIR="$work"
cd "$root"

node=$work/browser-node
if ! grep -qs "\"version\": \"$playwright\"" "$node/node_modules/playwright-core/package.json" || [ ! -e "$node/whole" ]; then
    rm -rf "$node"
    mkdir -p "$node"
    npm install --prefix "$node" --no-save --no-package-lock --ignore-scripts --no-audit --no-fund --silent \
        "playwright-core@$playwright" "axe-core@$axe"
    touch "$node/whole"
fi

profile=debug
[ "${1:-test}" = load ] && profile=release
case $profile in
debug) cargo build --quiet --locked --bin ongoing ;;
release) cargo build --quiet --locked --bin ongoing --release ;;
esac
export BROWSER_MODULES="$node" BROWSER="$browser" ONGOING="$work/$profile/ongoing"
case "${1:-test}" in
test) exec node --test "$here/page.test.mjs" ;;
pictures)
    node "$here/pictures.mjs" "$root/docs/sandbox"
    command -v pngquant >/dev/null || missing pngquant "pngquant, which makes the pictures small"
    pngquant --force --ext .png 128 "$root"/docs/sandbox/*.png
    ;;
load) exec node "$here/load.mjs" ;;
*)
    echo "usage: run.sh [test | pictures | load]" >&2
    exit 1
    ;;
esac
