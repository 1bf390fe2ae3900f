#!/usr/bin/env bash
# Tries the command for Windows under Wine: bash packaging/try_windows.sh ongoing-VERSION-x86_64-windows.zip
#
# Wine before 9 has no bcryptprimitives.dll, from which every Rust program takes random numbers: with such a Wine a stand-in is
# built for the trial, which needs mingw-w64.
set -euo pipefail
zip=$(realpath "$1")
work=$(mktemp -d)
export WINEPREFIX=$work/prefix WINEDEBUG=-all
unset DISPLAY ONGOING_URL ONGOING_CONFIG ONGOING_LOG_FORMAT
sandbox=
finish() {
    [ -z "$sandbox" ] || kill "$sandbox" 2> /dev/null || true
    wineserver -k 2> /dev/null || true
    rm -rf "$work"
}
trap finish EXIT

say() { printf '  %s\n' "$*"; }
fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }

# A folder as people have them.
folder="$work/Åkes order 2026"
mkdir -p "$folder"
python3 -m zipfile -e "$zip" "$work/unpacked"
cp "$work"/unpacked/*/ongoing.exe "$folder/"
cd "$folder"
if grep -qaE 'rustlib/src/|[.]cargo/registry/' ongoing.exe; then fail "the program shows paths of the machine that built it"; fi
wineboot -i > /dev/null 2>&1 || true
if [ ! -e "$WINEPREFIX/drive_c/windows/system32/bcryptprimitives.dll" ]; then
    printf '%s\n' '#include <windows.h>' '#include <ntsecapi.h>' \
        '__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE to, SIZE_T length) { return RtlGenRandom(to, (ULONG)length); }' |
        x86_64-w64-mingw32-gcc -shared -x c - -o bcryptprimitives.dll -ladvapi32
fi
ongoing() { wine ./ongoing.exe "$@"; }

# Runs the command and expects an exit code.
expect() {
    local wanted=$1 code=0
    shift
    ongoing "$@" > "$work/said" 2>&1 || code=$?
    [ "$code" = "$wanted" ] || { cat "$work/said"; fail "exit code $code instead of $wanted: $*"; }
}

expect 0 --version
say "$(tr -d '\r' < "$work/said")"
expect 0 demo
say "demo: $(tail -1 "$work/said" | tr -d '\r')"

port=$((20000 + RANDOM % 20000))
export ONGOING_USERNAME=demo ONGOING_PASSWORD=open-sesame ONGOING_GOODS_OWNER_CODE=DEMO ONGOING_GOODS_OWNER_ID=1
wine ./ongoing.exe sandbox --port "$port" > "$work/sandbox" 2>&1 &
sandbox=$!
export ONGOING_URL=http://127.0.0.1:$port/demo/service.asmx
for _ in $(seq 60); do
    if ongoing status > /dev/null 2>&1; then break; fi
    sleep 0.5
done
expect 0 status

# Input as Windows programs write it: CR LF, windows-1252.
printf 'Item;Name;Kg\r\nA-1;Bl\xe5 mugg;0,35\r\nA-2;R\xf6d mugg;1,2\r\n' > artiklar.csv
printf 'delimiter = ";"\r\nencoding = "windows-1252"\r\ndecimal_comma = true\r\n[columns]\r\nArticleNumber = "Item"\r\nArticleName = "Name"\r\nWeight = "Kg"\r\n' > artiklar.toml
expect 0 push articles artiklar.csv --map artiklar.toml
say "CSV with CR LF in windows-1252: pushed"

# A push that is killed is taken up again, without loss and without doubles.
for number in $(seq 1001 1060); do
    printf '{"OrderInfo": {"GoodsOwnerOrderNumber": "%s", "DeliveryDate": "2026-12-01"}, "Customer": {"CustomerNumber": "7", "Name": "Åsa"}, "CustomerOrderLines": [{"ArticleNumber": "A-1", "NumberOfItems": 1}]}\r\n' "$number"
done > order.jsonl
expect 0 sandbox disturb delay --operation ProcessOrder --count 30 --seconds 1
wine ./ongoing.exe push orders order.jsonl > "$work/push" 2>&1 &
push=$!
sleep 8
kill -9 "$push" 2> /dev/null || fail "the push was at its end before it was killed"
wait "$push" 2> /dev/null || true
expect 0 sandbox undisturb
expect 0 push orders order.jsonl --resend-delay 1 --summary json
say "killed push: $(grep -o '"done":[0-9]*' "$work/said") of 60 orders done, $(grep -o '"sent":[0-9]*' "$work/said") sent by the second run"
expect 0 call GetOrdersByQuery --input '{"OrderStatusFrom": 0}'
count=$(grep -c GoodsOwnerOrderNumber "$work/said")
[ "$count" = 60 ] || fail "the warehouse has $count orders instead of 60"

expect 0 pull orders --out "ordrar å.csv" --columns OrderInfo.GoodsOwnerOrderNumber,OrderInfo.OrderStatusNumber --crlf
[ "$(grep -c $'\r$' 'ordrar å.csv')" = 61 ] || fail "the table has $(wc -l < 'ordrar å.csv') lines"
say "pull: 60 rows with CR LF in a file with a space and å in its name"

long=$(winepath -w "$PWD")
expect 0 pull orders --out "\\\\?\\$long\\lang.jsonl"
[ "$(wc -l < lang.jsonl)" = 60 ] || fail "no rows by a \\\\?\\ path"
say "a path that begins with \\\\?\\: written"

# Ctrl-C ends a push between two records.
sed 's/"10/"20/' order.jsonl > more.jsonl
expect 0 sandbox disturb delay --operation ProcessOrder --count 30 --seconds 1
wine ./ongoing.exe push orders more.jsonl --journal more.journal > "$work/push" 2>&1 &
push=$!
sleep 8
kill -INT "$push"
code=0
wait "$push" || code=$?
[ "$code" = 130 ] || { cat "$work/push"; fail "exit code $code instead of 130 after Ctrl-C"; }
expect 0 sandbox undisturb
expect 0 push orders more.jsonl --journal more.journal --resend-delay 1 --summary json
say "Ctrl-C: exit code 130, and the next run does the rest"

expect 65 push orders no-such-file.jsonl
expect 2 push
expect 78 call GetOrderStatuses --url ftp://x
ONGOING_PASSWORD=wrong expect 77 call GetOrderStatuses
say "exit codes 2, 65, 77, 78 as on Linux"

# What a program reads from the command does not depend on the console's code page.
expect 0 call GetInventoryByQuery --set ArticleNumbersToGet=A-1,A-2
cp "$work/said" "$work/utf8"
grep -q 'Blå mugg' "$work/utf8" || fail "the answer is not UTF-8"
for page in 850 1252 65001; do
    wine cmd /c "chcp $page >nul & ongoing.exe call GetInventoryByQuery --set ArticleNumbersToGet=A-1,A-2" > "$work/page" 2>&1 ||
        fail "code page $page"
    cmp "$work/utf8" "$work/page" || fail "the answer is another one with code page $page"
done
say "code pages 850, 1252 and 65001: the same answer, in UTF-8"
