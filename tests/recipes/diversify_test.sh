#!/usr/bin/env bash
# usage: diversify_test.sh DRAGOMAN SCRIPT
set -euo pipefail
export DRAGOMAN=$1
script=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

fail() {
  echo "$*" >&2
  exit 1
}

# A language of eight words, and one that spells them backwards.
awk 'BEGIN {
  split("alt hund sieht katze klein mann rot und", words, " ")
  srand(7)
  for (line = 0; line < 300; ++line) {
    text = ""
    for (left = 2 + int(4 * rand()); left > 0; --left) text = text (text == "" ? "" : " ") words[1 + int(8 * rand())]
    print text
  }
}' >source
rev source >target
head -n 20 source >valid.source
head -n 20 target >valid.target
gzip -k source
options=(--encoder-layers 1 --decoder-layers 1 --width 32 --feed-forward-width 64 --heads 2 --vocab-size 60 --threads 1
  --batch-tokens 256 --max-steps 20 --quiet)

run() { "$script" out source.gz target valid.source valid.target "${options[@]}" -- "${options[@]}" --label-smoothing 0; }
run
for side in source target; do
  (($(wc -l <"out/train.$side") == 900)) || fail "train.$side has $(wc -l <"out/train.$side") lines"
  cmp <(head -n 300 "out/train.$side") "$side" || fail "train.$side does not begin with the corpus"
done
cmp <(tail -n 300 out/train.target) target || fail "the backward model's lines do not end in the corpus' target"
cmp <(sed -n 301,600p out/train.source) source || fail "the forward model's lines do not begin with its source"
(($(echo "alt hund" | "$DRAGOMAN" translate --quiet --model out/model | wc -l) == 1)) || fail "the model does not translate"

for model in forward backward; do
  cmp -s "out/$model/training/options.json" out/model/training/options.json && fail "the last model's options are those of $model"
done

sum=$(sha256sum out/*/model.safetensors)
run
[[ $(sha256sum out/*/model.safetensors) == "$sum" ]] || fail "a second run changed the models"
