#!/usr/bin/env bash
# usage: damage_test.sh SCRIPT
set -euo pipefail
command -v python3 >/dev/null || exit 77
script=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

fail() {
  echo "$*" >&2
  exit 1
}

# 2,000 lines of ten words that say where they stand, and lines at the edge.
awk 'BEGIN { for (i = 0; i < 2000; ++i) print "a0 b1 c2 d3 e4 f5 g6 h7 i8 j9"; print ""; print "word"; printf "\xff \xfe\n" }' >text
damage() { python3 "$script" "$@" <text; }

cmp <(damage) text || fail "without options the text changes"
cmp <(damage --drop 0.3 --displace 2 --typos 0.2) <(damage --drop 0.3 --displace 2 --typos 0.2) || fail "one seed, two texts"
! cmp -s <(damage --drop 0.3) <(damage --drop 0.3 --seed 2) || fail "two seeds, one text"
damage --drop 0.99 --typos 0.5 >little
(($(wc -l <little) == 2003)) || fail "$(wc -l <little) lines"
(($(grep -c '^$' <little) == 1)) || fail "lines have lost all their words"

kept=$(damage --drop 0.1 | wc -w)
((kept > 17700 && kept < 18300)) || fail "$kept of 20,003 words are left"
damage --displace 3 | awk 'NF == 10 { for (i = 1; i <= NF; ++i) { by = i - 1 - substr($i, 2); moved += by != 0; if (by * by > 9) far = 1 } }
  END { exit !(moved > 5000 && !far) }' || fail "words do not move, or too far"
typos=$(damage --typos 0.1 | sed '2001,$d' | tr ' ' '\n' | grep -vc '^[a-j][0-9]$')
((typos > 1700 && typos < 2300)) || fail "$typos of 20,000 words have typos"
