#!/usr/bin/env bash
# Fetches the raw text of Multi30k, task 1: train, val and test_2016_flickr in English, German and French.
#
#   data/fetch_multi30k.sh
#
# Environment:
#   MULTI30K_DIR      where the files go (default: build/multi30k in this repository)
#   MULTI30K_URL      where they come from, e.g. a mirror (default: the corpus's public repository)
#   MULTI30K_SHA256   list of files with their SHA-256 sums (default: multi30k.sha256 beside this script)
#
# Files that are there and right are not fetched again. A file gets its name only when its sum is right.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=${MULTI30K_DIR:-$here/../build/multi30k}
url=${MULTI30K_URL:-https://raw.githubusercontent.com/multi30k/dataset/master/data/task1/raw}
sums=${MULTI30K_SHA256:-$here/multi30k.sha256}

fail() {
  echo "fetch_multi30k: $*" >&2
  exit 1
}

# download URL FILE
download() {
  if command -v curl >/dev/null; then
    curl --fail --location --silent --show-error --connect-timeout 30 --retry 3 --output "$2" "$1"
  elif command -v wget >/dev/null; then
    wget --no-verbose --timeout=30 --tries=3 --output-document="$2" "$1"
  else
    fail "neither curl nor wget is installed; apt-get install curl"
  fi
}

sum_of() {
  sha256sum <"$1" | cut -d ' ' -f 1
}

command -v sha256sum >/dev/null || fail "sha256sum is not installed; apt-get install coreutils"
[[ -r $sums ]] || fail "$sums: cannot read the list of files"
mkdir -p "$folder" || fail "$folder: cannot make this folder; set MULTI30K_DIR to one that can be written"
folder=$(cd "$folder" && pwd)

part=
trap '[[ -z $part ]] || rm -f "$part"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

fetched=0 present=0
while read -r sum name; do
  file=$folder/$name
  if [[ -f $file && $(sum_of "$file") == "$sum" ]]; then
    present=$((present + 1))
    continue
  fi
  echo "fetching $name"
  part=$file.$$.part
  download "$url/$name" "$part" || fail "$url/$name: cannot be fetched; check the network, or set MULTI30K_URL to a mirror"
  got=$(sum_of "$part")
  [[ $got == "$sum" ]] ||
    fail "$url/$name: is not the file expected (SHA-256 $got instead of $sum); try again, or set MULTI30K_URL to a mirror"
  mv -f "$part" "$file" || fail "$file: cannot write"
  part=
  fetched=$((fetched + 1))
done <"$sums"

echo "Multi30k is in $folder ($fetched files fetched, $present already there)."
echo "Licence: Creative Commons BY-NC-SA 4.0; Elliott, Frank, Sima'an and Specia 2016, \"Multi30K: Multilingual English-German"
echo "Image Descriptions\"; French by Elliott, Frank, Barrault, Bougares and Specia 2017. Not for commercial use."
