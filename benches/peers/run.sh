#!/usr/bin/env bash
# Peers that are on this machine, reading the answer of 20 MB that `cargo bench --bench floors` reads.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cargo bench --quiet --no-default-features --features serde --bench floors -- --answer 20971520 > "$folder/answer.xml"

peer() {
    printf '%s: ' "$1"
    shift
    "$@" || echo "failed"
}

if command -v xml2-config gcc > /dev/null; then
    # shellcheck disable=SC2046
    gcc -O2 -o "$folder/sax" benches/peers/libxml2_sax.c $(xml2-config --cflags --libs)
    peer "libxml2 $(xml2-config --version), SAX2 alone" "$folder/sax" "$folder/answer.xml"
fi
if php -m 2> /dev/null | grep -qx soap; then
    peer "PHP $(php -r 'echo PHP_VERSION;'), SoapClient, whole call" php benches/peers/soap_client.php wsdl/service.wsdl "$folder/answer.xml"
fi
if command -v java > /dev/null; then
    peer "Java $(java -version 2>&1 | head -1 | cut -d\" -f2), SAX alone" java benches/peers/Sax.java "$folder/answer.xml"
fi
if command -v python3 > /dev/null; then
    peer "Python, expat alone" python3 benches/peers/expat.py "$folder/answer.xml"
fi
