#!/usr/bin/env bash
# Tests data/fetch_multi30k.sh (the argument) against a folder in the place of the network.
set -euo pipefail

script=$1
if ! command -v curl >/dev/null; then
  echo "skipped: curl is not installed"
  exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/server"
for name in train.en.gz val.de.gz; do echo "content of $name" >"$work/server/$name"; done
(cd "$work/server" && sha256sum ./*.gz | sed 's|\./||') >"$work/sums"
export MULTI30K_URL=file://$work/server MULTI30K_SHA256=$work/sums MULTI30K_DIR="$work/new folder/corpus"

# fetch STATUS PATTERN: runs the script and checks its exit status and what it says.
fetch() {
  local status=0
  bash "$script" >"$work/output" 2>&1 || status=$?
  if [[ $status != "$1" ]] || ! grep -q -- "$2" "$work/output"; then
    echo "line ${BASH_LINENO[0]}: exit status $status, expected $1 and '$2' in:"
    cat "$work/output"
    exit 1
  fi
}

# files NAME...: checks that the corpus folder holds exactly these.
files() {
  local found
  found=$(cd "$MULTI30K_DIR" && printf '%s ' *)
  [[ $found == "$* " ]] || { echo "line ${BASH_LINENO[0]}: found $found, expected $*"; exit 1; }
}

fetch 0 '2 files fetched, 0 already there'
grep -q 'BY-NC-SA 4.0' "$work/output"
files train.en.gz val.de.gz
cmp "$work/server/val.de.gz" "$MULTI30K_DIR/val.de.gz"

fetch 0 '0 files fetched, 2 already there'
echo damaged >"$MULTI30K_DIR/val.de.gz"
fetch 0 '1 files fetched, 1 already there'
cmp "$work/server/val.de.gz" "$MULTI30K_DIR/val.de.gz"

# Nothing takes a file's name that is not that file.
rm "$MULTI30K_DIR/val.de.gz"
cp "$work/server/val.de.gz" "$work/right"
echo 'an error page' >"$work/server/val.de.gz"
fetch 1 'val.de.gz: is not the file expected'
files train.en.gz
rm "$work/server/val.de.gz"
fetch 1 'val.de.gz: cannot be fetched'
files train.en.gz
cp "$work/right" "$work/server/val.de.gz"
fetch 0 '1 files fetched, 1 already there'

touch "$work/a file"
MULTI30K_DIR="$work/a file/corpus" fetch 1 'cannot make this folder'
MULTI30K_SHA256="$work/missing" fetch 1 'cannot read the list'
echo passed
