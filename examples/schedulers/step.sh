#!/bin/sh
# Steps as a job net has them: each has a name, a highest code that is good enough, and the command. The job ends at the
# first step that is not good enough, with its code; a rerun from that step is `step.sh ORDERS`.
#
#   //ARTICLES EXEC ..          a code up to 0
#   //ORDERS   EXEC ..,COND     a code up to 1: orders that were refused are for the day shift
set -u
cd "$(dirname "$0")" || exit 78
export ONGOING_LOG_FORMAT=plain
from=${1:-}

step() {
    name=$1 most=$2
    shift 2
    if [ -n "$from" ] && [ "$from" != "$name" ]; then
        echo "STEP $name SKIPPED"
        return
    fi
    from=
    "$@"
    code=$?
    if [ "$code" -gt "$most" ]; then
        echo "STEP $name ENDED RC=$code, JOB ENDS"
        exit "$code"
    fi
    echo "STEP $name ENDED RC=$code"
}

step ARTICLES 0 ongoing push articles articles.csv --map articles.toml
step ORDERS 1 ongoing push orders orders.jsonl
step CHANGED 0 ongoing pull orders --since last-sync --out changed-%Y%m%dT%H%M%SZ.jsonl
step PICKED 0 ongoing report orders --out picked.jsonl
[ -z "$from" ] || { echo "THERE IS NO STEP $from"; exit 2; }
