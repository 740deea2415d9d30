#!/usr/bin/env bash
# Installs what the measurements compare with into a virtual environment, and prints its python: export PEERS_PYTHON to it.
# usage: bench/peers/setup.sh [DIR]   (default: build/peers)
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."
dir=${1:-build/peers}
[[ -x $dir/bin/python ]] || python3 -m venv "$dir"
"$dir/bin/pip" install --quiet --disable-pip-version-check 'torch==2.13.0' numpy 'sentencepiece==0.2.0' 'sacrebleu==2.6.0' 'ctranslate2==4.8.5' \
  'fastapi==0.165.0' 'uvicorn[standard]==0.54.0'
realpath -- "$dir/bin/python"
