#!/usr/bin/env bash
# Every fault that tests/faults can inject, in each command that writes: ./run bench faults [COMMANDS]
# COMMANDS is a pattern of their names, as "train" or "train:heads"; without it they are all. An hour or two on two cores.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
(($# <= 1)) || { echo "usage: ./run bench faults [COMMANDS]" >&2; exit 2; }
commands=${1:-*}
DRAGOMAN_FAULTS=all exec build/release/tests/faults/faults_test --gtest_brief=1 \
  --gtest_filter="Commands/Faults.LoseNothing/${commands//:/:Commands\/Faults.LoseNothing\/}"
