#!/usr/bin/env bash
# Installs what the measurements compare with into a virtual environment, and prints its python: export PEERS_PYTHON to it.
# usage: bench/peers/setup.sh [--marian] [DIR]   (default: build/peers)
# --marian: pymarian, too, which takes 1 GB.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."
packages=('torch==2.13.0' numpy 'sentencepiece==0.2.0' 'sacrebleu==2.6.0' 'sacremoses==0.2.0' 'ctranslate2==4.8.5' 'fastapi==0.165.0' 'uvicorn[standard]==0.54.0')
if [[ ${1:-} == --marian ]]; then
  packages+=('pymarian==1.12.42')
  shift
fi
dir=${1:-build/peers}
[[ -x $dir/bin/python ]] || python3 -m venv "$dir"
"$dir/bin/pip" install --quiet --disable-pip-version-check "${packages[@]}"
realpath -- "$dir/bin/python"
