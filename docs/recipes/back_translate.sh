#!/usr/bin/env bash
# Tagged back-translation (Sennrich et al. 2016, "Improving Neural Machine Translation Models with Monolingual Data", with
# the tag of Caswell et al. 2019): a model of the reverse direction translates text in the target language, and the final
# model learns from the pairs and from these translations, of which each source begins with a tag.
#
#   docs/recipes/back_translate.sh OUT TRAIN_SOURCE TRAIN_TARGET MONOLINGUAL VALID_SOURCE VALID_TARGET [OPTION...] [-- OPTION...]
#
# OUT gets backward/, back.source, tagged.source and model/, the final one. The options, -c RECIPE for instance, are those of
# both trainings; where there is a --, those behind it are the final one's instead. A run that was stopped goes on where it
# was. From the environment:
#   SEARCH  how the reverse model translates (--temperature 1): options with blanks between them
#   TAG     the tag (xxbt), a word that no text has; with letters alone it becomes one piece. Empty: none
#   WEIGHT  how often each of the pairs counts (1), a whole number; a back-translation counts once
set -euo pipefail
# shellcheck source=docs/recipes/pipeline.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/pipeline.sh"
if (($# < 6)); then usage; fi
out=$1 source=$2 target=$3 monolingual=$4 valid_source=$5 valid_target=$6
read_options "${@:7}"
read -ra search <<<"${SEARCH---temperature 1}"
tag=${TAG-xxbt}
set_weight
mkdir -p "$out"

# Blank lines stay blank: the training leaves them out.
add_tag() {
  sed "/[^[:space:]]/s/^/${tag:+${tag//[\/&\\]/\\&} }/" -- "$out/back.source"
}

sources=("$out/tagged.source") targets=("$monolingual")
repeat sources "$source"
repeat targets "$target"

train "$out/backward" "$valid_target" "$valid_source" --train-source "$target" --train-target "$source" "${options[@]}"
translate "$out/back.source" --model "$out/backward" --input "$monolingual" "${search[@]}"
make_file "$out/tagged.source" add_tag
train "$out/model" "$valid_source" "$valid_target" --train-source "${sources[@]}" --train-target "${targets[@]}" "${final[@]}"
