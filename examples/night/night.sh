#!/bin/sh
# A night's work: articles and orders out, what was picked back. Settings come from ongoing.toml in this folder.
# Run it again whenever it ended early: nothing is done twice.
set -u
cd "$(dirname "$0")" || exit 78
failed=0

step() {
    "$@"
    code=$?
    # 75: outcome unknown or busy; once more, a little later.
    if [ "$code" -eq 75 ]; then
        sleep "${PAUSE:-60}"
        "$@"
        code=$?
    fi
    if [ "$code" -ne 0 ]; then
        echo "exit code $code: $*" >&2
        failed=$code
    fi
}

step ongoing push articles articles.csv --map articles.toml
step ongoing push orders orders.jsonl
step ongoing pull orders --since last-sync --out changed-%Y%m%dT%H%M%SZ.jsonl
step ongoing report orders --out picked.jsonl
# When picked.jsonl is booked:  ongoing report ack picked.jsonl
exit "$failed"
