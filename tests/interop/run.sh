#!/bin/sh
# Runs the judges of the golden exchanges and the clients of the sandbox, from any folder. Needs Rust, Python 3.11 with venv, Node.js 20.19 with npm, PHP 8
# with SOAP (Debian: php-cli, php-soap), and xmllint (Debian: libxml2-utils); zeep and node-soap are installed below the build's folder.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)

missing() {
    echo "$1 is missing: install $2" >&2
    exit 1
}
command -v cargo >/dev/null || missing cargo Rust
command -v python3 >/dev/null || missing python3 "Python 3.11"
command -v node >/dev/null || missing node "Node.js 20.19"
command -v npm >/dev/null || missing npm "npm"
command -v xmllint >/dev/null || missing xmllint libxml2-utils
php -m 2>/dev/null | grep -qx soap || missing "PHP's SoapClient" "php-cli and php-soap"

# The peers that judge, each at one version.
zeep=4.3.3
lxml=6.1.3
soap=1.13.0

work=${CARGO_TARGET_DIR:-$root/target}
mkdir -p "$work"
work=$(cd "$work" && pwd)
# A relative folder means another one elsewhere.
[ -z "${CARGO_TARGET_DIR:-}" ] || export CARGO_TARGET_DIR="$work"

# Python looks for its modules where it is started.
cd "$root"

python=$work/interop-venv
"$python/bin/python" -m pip --version >/dev/null 2>&1 || python3 -m venv --clear "$python" ||
    missing "Python's venv" python3-venv
"$python/bin/python" -m pip install --quiet --disable-pip-version-check "zeep==$zeep" "lxml==$lxml"

node=$work/interop-node
if ! grep -qs "\"version\": \"$soap\"" "$node/node_modules/soap/package.json" || [ ! -e "$node/whole" ]; then
    rm -rf "$node"
    mkdir -p "$node"
    npm install --prefix "$node" --no-save --no-package-lock --ignore-scripts --no-audit --no-fund --silent "soap@$soap"
    touch "$node/whole"
fi

requests=$work/interop-requests
rm -rf "$requests"
INTEROP_REQUESTS=$requests cargo test --quiet --locked --test exchanges -- --ignored --exact properties::random_requests

"$python/bin/python" "$here/validate.py" "$requests"
"$python/bin/python" "$here/zeep_agrees.py"
"$python/bin/python" "$here/node_agrees.py" "$node"

"$python/bin/python" "$here/warehouse.py" "$python/bin/python" "$here/zeep_buys.py"
"$python/bin/python" "$here/warehouse.py" "$python/bin/python" "$here/zeep_2024.py"
"$python/bin/python" "$here/warehouse.py" node "$here/node_buys.mjs" "$node"
"$python/bin/python" "$here/warehouse.py" "$python/bin/python" "$here/zeep_integrates.py"
"$python/bin/python" "$here/warehouse.py" php "$here/php_buys.php"
"$python/bin/python" "$here/warehouse.py" node "$here/snippets.mjs" "$python/bin/python"
"$python/bin/python" "$here/warehouse.py" --tls node "$here/snippets.mjs" "$python/bin/python"

# A client that is generated from another WSDL, against a server that node-soap makes from it.
cargo build --quiet --locked -p foreign-example
node "$root/examples/foreign/server.mjs" "$node" "$work/debug/foreign-example"
