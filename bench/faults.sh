#!/usr/bin/env bash
# Every fault that tests/faults can inject, in each command that writes: ./run bench faults [COMMANDS [FROM]]
# COMMANDS is a pattern of their names, as "train" or "train:heads"; without it they are all. Hours on two cores: each
# tells after 50 faults how far it is, and FROM goes on with the fault of that number.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
(($# <= 2)) || { echo "usage: ./run bench faults [COMMANDS [FROM]]" >&2; exit 2; }
commands=${1:-*}
DRAGOMAN_FAULTS=all DRAGOMAN_FAULTS_FROM=${2:-1} exec build/release/tests/faults/faults_test --gtest_brief=1 \
  --gtest_filter="Commands/Faults.LoseNothing/${commands//:/:Commands\/Faults.LoseNothing\/}"
