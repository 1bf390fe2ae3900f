#!/usr/bin/env bash
# Other programs reading an answer of 2 MB, writing an order of 50 lines and calling, as far as they are installed, and ours
# in the same run. See README.md.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
peers=$root/benches/peers
contract=$root/wsdl/service.wsdl
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
answer=$folder/answer.xml
ours() {
    (cd "$root" && cargo bench --quiet --no-default-features --features serde --bench floors -- "$@")
}
ours --answer 2097152 > "$answer"

peer() {
    local name=$1
    shift
    printf '| %s | %s |\n' "$name" "$("$@" 2> "$folder/error" | tail -n 1 || head -n 1 "$folder/error")"
}

echo "| 2 MB of orders read, 50 lines written | |"
echo "|---|---|"
ours --peer
if command -v wsdl2h soapcpp2 gcc > /dev/null && mkdir "$folder/gsoap" && cd "$folder/gsoap" &&
    wsdl2h -c -d -x -o service.h "$contract" > /dev/null 2>&1 && soapcpp2 -c -C -x -w -L service.h > /dev/null 2>&1 &&
    gcc -O2 -o ../soap "$peers/gsoap.c" -I. soapC.c soapClient.c -lgsoap 2> /dev/null; then
    version=$(soapcpp2 -V 2>&1 | grep -o '[0-9.]*[0-9]' | head -n 1)
    peer "gSOAP $version, read" "$folder/soap" "$answer"
    peer "gSOAP $version, write" "$folder/soap" write
fi
if command -v wsdl mcs mono > /dev/null && mkdir "$folder/mono" && cd "$folder/mono" &&
    wsdl /out:Proxy.cs "$contract" > /dev/null 2>&1 &&
    mcs -nowarn:0169,0649 -out:bench.exe "$peers/Serializer.cs" Proxy.cs -r:System.Web.Services,System.Xml 2> /dev/null; then
    version=$(mono --version | head -n 1 | grep -o '[0-9.]*[0-9]' | head -n 1)
    peer "Mono $version, XmlSerializer, read" mono bench.exe "$answer"
    peer "Mono $version, XmlSerializer, write" mono bench.exe write
fi
cd "$peers"
if command -v xml2-config gcc > /dev/null; then
    # shellcheck disable=SC2046
    gcc -O2 -o "$folder/sax" libxml2_sax.c $(xml2-config --cflags --libs)
    peer "libxml2 $(xml2-config --version), SAX2 alone" "$folder/sax" "$answer"
fi
if php -m 2> /dev/null | grep -qx soap; then
    version=$(php -r 'echo PHP_VERSION;')
    peer "PHP $version, SoapClient, read" php soap_client.php "$contract" "$answer"
    peer "PHP $version, SoapClient, write" php soap_client.php "$contract" write
fi
if command -v java > /dev/null; then
    peer "Java $(java -version 2>&1 | head -1 | cut -d\" -f2), SAX alone" java Sax.java "$answer"
fi
if command -v go > /dev/null; then
    version=$(go version | cut -d' ' -f3)
    peer "Go ${version#go}, encoding/xml, tokens alone" env GOCACHE="$folder/go" go run tokens.go "$answer"
fi
if [ -d "${NODE_SOAP:-none}" ]; then
    peer "node-soap on Node.js $(node --version), read" node node_soap.mjs "$NODE_SOAP" "$contract" "$answer"
    peer "node-soap on Node.js $(node --version), write" node node_soap.mjs "$NODE_SOAP" "$contract" write
fi
python=${ZEEP_PYTHON:-python3}
if "$python" -c 'import zeep' 2> /dev/null; then
    version=$("$python" -c 'import zeep; print(zeep.__version__)')
    peer "zeep $version, read" "$python" zeep_client.py "$contract" "$answer"
    peer "zeep $version, write" "$python" zeep_client.py "$contract" write
fi
if command -v python3 > /dev/null; then
    peer "Python, expat alone" python3 expat.py "$answer"
fi

# Caller and server share a processor, so that no other has to be woken up.
gsoap_call() {
    local what=$1 lines=$2 address
    coproc ours --serve "$what"
    read -r address <&"${COPROC[0]}"
    "$folder/soap" call "$address" "$lines"
    eval "exec ${COPROC[1]}>&-"
    wait
}
if command -v taskset > /dev/null; then
    printf '\n| a call over a connection that is kept | | | |\n|---|---|---|---|\n'
    taskset -cp 0 $$ > /dev/null
    ours --calls
    if [ -x "$folder/soap" ]; then
        peer "gSOAP, call with an order of 1 lines" gsoap_call order 1
        peer "gSOAP, call with an order of 50 lines" gsoap_call order 50
        peer "gSOAP, call with an answer of 20 KB" gsoap_call answer 0
    fi
fi
