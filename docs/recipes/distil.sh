#!/usr/bin/env bash
# Sequence-level distillation (Kim and Rush 2016, "Sequence-Level Knowledge Distillation"): a teacher translates the source
# of the training corpus, and a student, as small as its options make it, learns from these translations.
#
#   docs/recipes/distil.sh OUT TEACHER TRAIN_SOURCE VALID_SOURCE VALID_TARGET [OPTION...]
#
# TEACHER is a model, or several with colons between them, which search together. OUT gets teacher.target and student/;
# the options are those of its training. A run that was stopped goes on where it was. From the environment:
#   SEARCH    how the teacher translates (--beam-size 5): options with blanks between them
#   ORIGINAL  the target of the training corpus, where the student is to learn from the original pairs, too
#   WEIGHT    how often each of these counts (1), a whole number; a translation of the teacher counts once
set -euo pipefail
# shellcheck source=docs/recipes/pipeline.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/pipeline.sh"
if (($# < 5)); then usage; fi
out=$1 source=$3 valid_source=$4 valid_target=$5
IFS=: read -ra teachers <<<"$2"
options=("${@:6}")
read -ra search <<<"${SEARCH---beam-size 5}"
mkdir -p "$out"

sources=("$source") targets=("$out/teacher.target")
if [[ -n ${ORIGINAL:-} ]]; then
  set_weight
  repeat sources "$source"
  repeat targets "$ORIGINAL"
fi

translate "$out/teacher.target" --model "${teachers[@]}" --input "$source" "${search[@]}"
train "$out/student" "$valid_source" "$valid_target" --train-source "${sources[@]}" --train-target "${targets[@]}" "${options[@]}"
