#!/usr/bin/env bash
# usage: distil_test.sh DRAGOMAN SCRIPT
set -euo pipefail
# shellcheck source=tests/recipes/tiny_corpus.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/tiny_corpus.sh"

for seed in 1 2; do
  "$DRAGOMAN" train --model "teacher $seed" --train-source source --train-target target --valid-source valid.source \
    --valid-target valid.target "${options[@]}" --seed "$seed"
done
run() { "$script" "$1" "teacher 1:teacher 2" source valid.source valid.target "${options[@]}" --label-smoothing 0; }

make_mortal
run out
[[ $(subcommands) == "translate train" ]] || fail "the steps are $(subcommands)"
[[ $(tail -n 1 calls) == *" --train-source source --train-target out/teacher.target "* ]] || fail "the student learns from more"
cmp <("$DRAGOMAN" translate --quiet --model "teacher 1" "teacher 2" <source) out/teacher.target ||
  fail "the translations are not those of the teachers"
(($("$DRAGOMAN" translate --quiet --model out/student <valid.source | wc -l) == 20)) || fail "the student does not translate"

for last_call in 1 2; do
  rm -f calls
  echo "$last_call" >last_call
  run again 2>/dev/null && fail "it outlived step $last_call"
done
rm calls last_call
run again
[[ $(subcommands) == train ]] || fail "it did again: $(subcommands)"
[[ $(models_of again) == "$(models_of out)" ]] || fail "interruptions change the student"

sum=$(models_of out)
run out
[[ $(models_of out) == "$sum" ]] || fail "a second run changed the student"
ORIGINAL=target WEIGHT=3 "$script" both "teacher 1" source valid.source valid.target "${options[@]}"
[[ $(tail -n 1 calls) == *" --train-target both/teacher.target target target target "* ]] || fail "it knows no original pairs"
[[ $("$script" 2>&1 || true) == *"TEACHER TRAIN_SOURCE"* ]] || fail "it does not say how it is used"
