#!/usr/bin/env bash
# slurm_test.sh DRAGOMAN CORPUS_GENERATOR EXAMPLES: runs the jobs as the scheduler would, one after the other, and loses a part.
set -euo pipefail

dragoman=$1 generator=$2 examples=$3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir bin
ln -s "$dragoman" bin/dragoman
PATH=$folder/bin:$PATH

fail() { echo "$1"; exit 1; }

"$generator" corpus >/dev/null
head -n 101 corpus/test.en >text.en
dragoman train --train-source corpus/train.en --train-target corpus/train.de --valid-lines 20 --model model --quiet \
  --encoder-layers 1 --decoder-layers 1 --width 32 --feed-forward-width 64 --heads 2 --vocab-size 300 --max-steps 20 \
  --threads 1
dragoman translate --model model --input text.en --output expected --quiet --beam-size 2

job() { SLURM_ARRAY_TASK_ID=$1 SLURM_ARRAY_TASK_MAX=3 SLURM_CPUS_PER_TASK=1 bash "$examples/translate.sbatch" \
  model text.en out.de --beam-size 2 --quiet; }
join() { bash "$examples/join.sbatch" text.en out.de 3; }

job 1
job 3
! join 2>said || fail "two of three parts were joined"
grep -q 'out.de.part/2 is not there: part 2 of 3' said || fail "$(cat said)"
job 2
join
cmp out.de expected

head -n 5 expected >out.de.part/2
! join 2>said || fail "a part that lacks lines was joined"
grep -q 'has 5 lines, and 34 are its part' said || fail "$(cat said)"
cmp out.de expected

! bash "$examples/translate.sbatch" model 2>said || fail "the job has no input"
grep -q '^usage: sbatch' said || fail "$(cat said)"
