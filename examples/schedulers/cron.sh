#!/bin/sh
# For cron: one run at a time, a log with dates, and mail (what is printed) only when something is wrong.
set -u
cd "$(dirname "$0")" || exit 78
export ONGOING_LOG_FORMAT=plain
log=${ONGOING_LOG:-ongoing.log}

# A run that hangs does not pile up others. The lock goes with the process, so none is left behind.
exec 9> .ongoing.lock
if ! flock -n 9; then
    echo "the run before has not ended yet" >&2
    exit 75
fi
begun=0
[ ! -e "$log" ] || begun=$(wc -l < "$log")
sh ./night.sh >> "$log" 2>&1
code=$?
if [ "$code" -ne 0 ]; then
    echo "exit code $code; the log of this run:" >&2
    tail -n "+$((begun + 1))" "$log" >&2
fi
exit "$code"
