#!/usr/bin/env bash
# Whether a translation depends on anything but its line: ./run bench invariance MODEL SOURCE
# Translates SOURCE with batches of 1, 7 and 64 sentences and in shuffled order, and counts the lines that differ.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
(($# == 2)) || { echo "usage: ./run bench invariance MODEL SOURCE" >&2; exit 2; }
model=$1 source=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
translate() { build/release/dragoman translate --quiet --model "$model" "$@"; }

paste <(seq "$(wc -l <"$source")") "$source" | shuf --random-source=<(yes) >"$folder/shuffled"
cut -f 2- "$folder/shuffled" >"$folder/shuffled.source"
translate --input "$source" --output "$folder/reference" --batch-size 64
for size in 1 7; do
  translate --input "$source" --output "$folder/other" --batch-size "$size"
  echo "batches of $size and of 64: $(diff "$folder/reference" "$folder/other" | grep -c '^<' || true) lines differ"
done
translate --input "$folder/shuffled.source" --output "$folder/shuffled.output" --batch-size 64
paste <(cut -f 1 "$folder/shuffled") "$folder/shuffled.output" | sort -n | cut -f 2- >"$folder/other"
echo "shuffled order: $(diff "$folder/reference" "$folder/other" | grep -c '^<' || true) lines differ"
