#!/usr/bin/env bash
# Whether a translation depends on anything but its line: ./run bench invariance MODEL SOURCE
# In each precision, translates SOURCE with batches of 1, 7 and 64 sentences, on one thread and in shuffled order, and
# counts the lines whose text, score or log-probabilities differ.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
(($# == 2)) || { echo "usage: ./run bench invariance MODEL SOURCE" >&2; exit 2; }
model=$1 source=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

paste <(seq "$(wc -l <"$source")") "$source" | shuf --random-source=<(yes) >"$folder/shuffled"
cut -f 2- "$folder/shuffled" >"$folder/shuffled.source"
for precision in fp32 bf16 int8; do
  translate() {
    build/release/dragoman translate --quiet --model "$model" --precision "$precision" --format json "$@" |
      sed 's/^{"line":[0-9]*,//' >"$folder/other"
  }
  compare() {
    echo "$precision, $1: $(diff "$folder/reference" "$folder/other" | grep -c '^<' || true) lines differ"
  }
  translate --input "$source" --batch-size 64
  mv "$folder/other" "$folder/reference"
  for size in 1 7; do
    translate --input "$source" --batch-size "$size"
    compare "batches of $size and of 64"
  done
  translate --input "$source" --batch-size 64 --threads 1
  compare "one thread and all"
  translate --input "$folder/shuffled.source" --batch-size 64
  paste <(cut -f 1 "$folder/shuffled") "$folder/other" | sort -n | cut -f 2- >"$folder/sorted"
  mv "$folder/sorted" "$folder/other"
  compare "shuffled order"
done
