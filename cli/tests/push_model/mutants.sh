#!/usr/bin/env bash
# Breaks `ongoing push` in known ways, one at a time, and expects the model to find each.
#
#   bash cli/tests/push_model/mutants.sh [NAME..]
#
# Each patch in mutants/ is for one source file; its head says what each mutant in it breaks. `mutant(NAME)` is true where
# the variable MUTANT has that name, so that all are in one copy of the sources, which is built once. Without the variable
# that build must pass. Takes about 20 minutes; the copy and its build are in $MUTANTS_DIR (default target/mutants).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
cd "$root"
scratch=${MUTANTS_DIR:-$root/target/mutants}
tree=$scratch/tree
mkdir -p "$scratch"

# The copy keeps the times of files, so that a second run builds only what changed.
rm -rf "$tree"
mkdir "$tree"
git ls-files -z -- . ':!tests' ':!fixtures' ':!cli/tests' ':!cli/fixtures' | xargs -0 cp -p --parents -t "$tree"
for needed in cli/fixtures/demo cli/tests/push_model; do
    mkdir -p "$tree/$needed"
    cp -rp "$needed/." "$tree/$needed"
done
for patch in "$here"/mutants/*.patch; do
    patch --quiet --fuzz=0 --no-backup-if-mismatch -p1 -d "$tree" < "$patch" || { echo "$patch does not apply: repair it"; exit 1; }
done
cat >> "$tree/src/lib.rs" <<'RUST'

/// Whether this is the mutant to be.
#[allow(missing_docs, dead_code)]
pub(crate) fn mutant(name: &str) -> bool {
    std::env::var("MUTANT").is_ok_and(|chosen| chosen == name)
}
RUST
(cd "$tree" && CARGO_TARGET_DIR="${MUTANTS_TARGET:-$scratch/target}" cargo build --quiet --bin ongoing)
export PUSH_MODEL_COMMAND="${MUTANTS_TARGET:-$scratch/target}/debug/ongoing" PUSH_MODEL_BRIEF=1
# A machine that has too much to do starts the next push only when what waited in the queue is done.
export PUSH_MODEL_SIDE_BY_SIDE=3

short() { cargo test --quiet --test push_model -- --exact nothing_is_lost_doubled_or_told_wrongly; }

short > "$scratch/unchanged.txt" 2>&1 || { echo "without a mutant the test fails: $scratch/unchanged.txt"; exit 1; }
names=("$@")
if [ ${#names[@]} -eq 0 ]; then
    mapfile -t names < <(grep -ohE '^\+.*mutant\("[a-z_0-9]+"\)' "$here"/mutants/*.patch | grep -oE '[a-z_0-9]+"\)$' | tr -d '")' | sort -u)
fi
survived=0
for name in "${names[@]}"; do
    grep -q "mutant(\"$name\")" "$here"/mutants/*.patch || { echo "no mutant $name"; exit 1; }
    if MUTANT=$name short > "$scratch/$name.txt" 2>&1; then
        echo "SURVIVED $name"
        survived=$((survived + 1))
    else
        found=$(grep -c -E '^(seed [0-9]+|[a-z_0-9]+): ' "$scratch/$name.txt" || true)
        echo "caught   $name ($found sequences)"
    fi
done
echo "${#names[@]} mutants, $survived survived"
[ "$survived" -eq 0 ]
