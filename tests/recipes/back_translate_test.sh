#!/usr/bin/env bash
# usage: back_translate_test.sh DRAGOMAN SCRIPT
set -euo pipefail
# shellcheck source=tests/recipes/tiny_corpus.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/tiny_corpus.sh"

more='a "folder"/more \target'
mkdir 'a "folder"'
tail -n 100 target | sed '7s/.*//' >"$more"
gzip -k target
run() {
  WEIGHT=${WEIGHT:-2} TAG='x/&' "$script" "$1" source target.gz "$more" valid.source valid.target "${options[@]}" \
    -- "${options[@]}" --label-smoothing 0
}

make_mortal
run out
[[ $(subcommands) == "train translate train" ]] || fail "the steps are $(subcommands)"
[[ $(tail -n 1 calls) == *" --train-source out/tagged.source source source --train-target $more target.gz target.gz "* ]] ||
  fail "the last model does not learn from what it should: $(tail -n 1 calls)"
(($(wc -l <out/tagged.source) == 100)) || fail "$(wc -l <out/tagged.source) lines were translated back"
[[ -z $(sed -n 7p out/tagged.source) ]] || fail "a blank line has a tag"
cmp <(sed 's:^x/& ::' out/tagged.source) out/back.source || fail "the tagged lines are not the translated ones"
(($(grep -c '^x/& ' out/tagged.source) == $(grep -c '[^[:space:]]' out/back.source))) || fail "not every line has a tag"
cmp -s out/backward/training/options.json out/model/training/options.json && fail "the last model's options are the first one's"
(($("$DRAGOMAN" translate --quiet --model out/model <valid.source | wc -l) == 20)) || fail "the model does not translate"

# Killed at each of its steps it goes on, and does no translation twice.
for last_call in 1 2 3; do
  rm -f calls
  echo "$last_call" >last_call
  run again 2>/dev/null && fail "it outlived step $last_call"
  (($(wc -l <calls) == last_call)) || fail "it went on behind step $last_call"
done
rm calls last_call
run again
[[ $(subcommands) == "train train" ]] || fail "it did again: $(subcommands)"
[[ $(models_of again) == "$(models_of out)" ]] || fail "interruptions change the models"

sum=$(models_of out)
run out
[[ $(models_of out) == "$sum" ]] || fail "a second run changed the models"
TAG='' SEARCH='--beam-size 2' "$script" plain source target "$more" valid.source valid.target "${options[@]}"
cmp plain/tagged.source plain/back.source || fail "there is a tag where none is wanted"
cmp -s plain/back.source out/back.source && fail "SEARCH changes nothing"
[[ $(WEIGHT=0.5 run half 2>&1 || true) == "WEIGHT is '0.5'"* ]] || fail "it takes half a weight"
[[ $("$script" 2>&1 || true) == *"MONOLINGUAL VALID_SOURCE"* ]] || fail "it does not say how it is used"
