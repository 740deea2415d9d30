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

if (($# < 5)); then
  sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2
  exit 2
fi
dragoman=${DRAGOMAN:-$(dirname -- "$0")/../../build/release/dragoman}
out=$1 source=$2 target=$3 valid_source=$4 valid_target=$5
shift 5
options=()
while (($#)) && [[ $1 != -- ]]; do
  options+=("$1")
  shift
done
final=("${options[@]}")
if (($#)); then
  final=("${@:2}")
fi
mkdir -p "$out"

# train NAME TRAIN_SOURCE TRAIN_TARGET VALID_SOURCE VALID_TARGET [OPTION...]
train() {
  "$dragoman" train --model "$out/$1" --train-source "$2" --train-target "$3" --valid-source "$4" --valid-target "$5" "${@:6}"
}

# translate MODEL INPUT OUTPUT: nothing when that is there already.
translate() {
  [[ -e $3 ]] || "$dragoman" translate --model "$out/$1" --input "$2" --output "$3"
}

plain() { if [[ $1 == *.gz ]]; then gzip -cd -- "$1"; else cat -- "$1"; fi; }

train forward "$source" "$target" "$valid_source" "$valid_target" "${options[@]}"
train backward "$target" "$source" "$valid_target" "$valid_source" "${options[@]}"
translate forward "$source" "$out/forward.target"
translate backward "$target" "$out/backward.source"
{ plain "$source" && plain "$source" && cat "$out/backward.source"; } >"$out/train.source"
{ plain "$target" && cat "$out/forward.target" && plain "$target"; } >"$out/train.target"
train model "$out/train.source" "$out/train.target" "$valid_source" "$valid_target" "${final[@]}"
