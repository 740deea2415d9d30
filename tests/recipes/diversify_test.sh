#!/usr/bin/env bash
# usage: diversify_test.sh DRAGOMAN SCRIPT
set -euo pipefail
# shellcheck source=tests/recipes/tiny_corpus.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/tiny_corpus.sh"
gzip -k source
make_mortal
run() { "$script" out source.gz target valid.source valid.target "${options[@]}" -- "${options[@]}" --label-smoothing 0; }
run
[[ $(subcommands) == "train train translate translate train" ]] || fail "the steps are $(subcommands)"
[[ $(tail -n 1 calls) == *" --train-source source.gz source.gz out/backward.source --train-target target out/forward.target target "* ]] ||
  fail "the last model does not learn from the corpus and both translations"
for file in backward.source forward.target; do
  (($(wc -l <"out/$file") == 300)) || fail "$file has $(wc -l <"out/$file") lines"
done
(($(echo "alt hund" | "$DRAGOMAN" translate --quiet --model out/model | wc -l) == 1)) || fail "the model does not translate"

for model in forward backward; do
  cmp -s "out/$model/training/options.json" out/model/training/options.json && fail "the last model's options are those of $model"
done

sum=$(models_of out)
rm calls
run
[[ $(subcommands) == "train train train" ]] || fail "a second run did more than look: $(subcommands)"
[[ $(models_of out) == "$sum" ]] || fail "a second run changed the models"
