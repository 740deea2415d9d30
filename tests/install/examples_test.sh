#!/usr/bin/env bash
# examples_test.sh CMAKE BUILD_FOLDER EXAMPLES DRAGOMAN LIBTORCH: installs the library alone, and builds and runs the examples
# against that copy, which finds LibTorch in the folder of that name.
set -euo pipefail

cmake=$1 build=$2 examples=$3 dragoman=$4 libtorch=$5
folder=$(mktemp -d "$build/examples test.XXXXXX")
trap 'rm -rf "$folder"' EXIT
unset LD_PRELOAD
export LD_LIBRARY_PATH=$libtorch

quietly() { "$@" >"$folder/log" 2>&1 || { cat "$folder/log"; exit 1; }; }

quietly "$cmake" --install "$build" --prefix "$folder/first" --component library
mv "$folder/first" "$folder/prefix"
quietly "$cmake" -S "$examples" -B "$folder/build" -G Ninja -DCMAKE_PREFIX_PATH="$folder/prefix" -DCMAKE_BUILD_TYPE=Debug
quietly "$cmake" --build "$folder/build" --parallel 2

others=$(nm --dynamic --defined-only --demangle "$folder"/prefix/lib/libdragoman.so | grep --invert-match --extended-regexp 'dragoman::api::| dragoman_main$' || true)
if [[ -n $others ]]; then
  echo "the library shows more than its interface: $others"
  exit 1
fi

loaded=$(LD_TRACE_LOADED_OBJECTS=1 "$folder/build/translate_file" | grep -F libdragoman | sed 's/.*=> //')
if [[ ${loaded% (*} != "$folder/prefix/lib/"* ]]; then
  echo "the example has the library from elsewhere: $loaded"
  exit 1
fi

cd "$folder"
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
  echo "the $i green dogs see a house"
  echo "$i cats drink water"
done >text.en
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
  echo "die $i grünen Hunde sehen ein Haus"
  echo "$i Katzen trinken Wasser"
done >text.de
quietly build/train_model text.en text.de model 3
build/translate_file model <text.en >translated
"$dragoman" translate --model model --beam-size 4 --scores --allow-unvalidated --quiet <text.en >expected
# Scores have fewer digits in the example.
if ! diff <(cut -f 1 translated) <(cut -f 1 expected); then
  echo "the example translates otherwise than the program"
  exit 1
fi
build/evaluate_files text.de text.de >scores
grep -q '^BLEU.* = 100.00 ' scores
