#!/usr/bin/env bash
# Data diversification (Nguyen et al. 2020, "Data Diversification: A Simple Strategy For Neural Machine Translation", with
# one round and one model each way): a model of each direction translates its side of the training corpus, and the final
# model learns from the corpus and both translations of it. No other text is needed.
#
#   docs/recipes/diversify.sh OUT TRAIN_SOURCE TRAIN_TARGET VALID_SOURCE VALID_TARGET [OPTION...] [-- OPTION...]
#
# OUT gets forward/, backward/ and model/, the final one. The options, -c RECIPE for instance, are those of all three
# trainings; where there is a --, those behind it are the final one's instead. A run that was stopped goes on where it was.
set -euo pipefail
# shellcheck source=docs/recipes/pipeline.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/pipeline.sh"
if (($# < 5)); then usage; fi
out=$1 source=$2 target=$3 valid_source=$4 valid_target=$5
read_options "${@:6}"
mkdir -p "$out"

train "$out/forward" "$valid_source" "$valid_target" --train-source "$source" --train-target "$target" "${options[@]}"
train "$out/backward" "$valid_target" "$valid_source" --train-source "$target" --train-target "$source" "${options[@]}"
translate "$out/forward.target" --model "$out/forward" --input "$source"
translate "$out/backward.source" --model "$out/backward" --input "$target"
train "$out/model" "$valid_source" "$valid_target" --train-source "$source" "$source" "$out/backward.source" \
  --train-target "$target" "$out/forward.target" "$target" "${final[@]}"
