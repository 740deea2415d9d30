# shellcheck shell=bash disable=SC2034
# What diversify.sh, back_translate.sh and distil.sh share; they source it, and have a comment at their beginning that says how
# they are used. A step that is finished is not done again, and one that was stopped goes on where it was.
dragoman=${DRAGOMAN:-$(dirname -- "${BASH_SOURCE[0]}")/../../build/release/dragoman}

# Prints the comment at the script's beginning and ends it.
usage() {
  sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2
  exit 2
}

# read_options [OPTION...] [-- OPTION...]: `options` gets what stands before the --, and `final` what stands behind it, or
# else the same.
read_options() {
  options=()
  while (($#)) && [[ $1 != -- ]]; do
    options+=("$1")
    shift
  done
  final=("${options[@]}")
  if (($#)); then
    final=("${@:2}")
  fi
}

# train MODEL VALID_SOURCE VALID_TARGET OPTION...
train() {
  "$dragoman" train --model "$1" --valid-source "$2" --valid-target "$3" "${@:4}"
}

# set_weight: `weight` becomes $WEIGHT, or 1.
set_weight() {
  weight=${WEIGHT:-1}
  if ! [[ $weight =~ ^[1-9][0-9]*$ ]]; then
    echo "WEIGHT is '$weight', but must be a whole number from 1 up: how often each of the pairs counts" >&2
    exit 2
  fi
}

# repeat ARRAY WORD: appends the word `weight` times.
repeat() {
  local -n array=$1
  local i
  for ((i = 0; i < weight; ++i)); do array+=("$2"); done
}

# translate OUTPUT OPTION...: nothing when that is there already.
translate() {
  [[ -e $1 ]] || "$dragoman" translate --output "$1" "${@:2}"
}

# make_file FILE COMMAND...: FILE gets what the command prints, once it has succeeded; nothing when that is there already.
make_file() {
  [[ -e $1 ]] && return
  "${@:2}" >"$1.new"
  mv -- "$1.new" "$1"
}
