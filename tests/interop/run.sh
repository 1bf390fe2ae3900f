#!/bin/sh
# Runs the judges of the golden exchanges. Needs Python 3.11 with venv, and xmllint (Debian: libxml2-utils).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
command -v xmllint >/dev/null || { echo "xmllint is missing: install libxml2-utils" >&2; exit 1; }
venv=${INTEROP_VENV:-$here/../../target/interop-venv}
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check "zeep==4.3.3" "lxml==6.1.3"
"$venv/bin/python" "$here/validate.py"
"$venv/bin/python" "$here/zeep_agrees.py"
