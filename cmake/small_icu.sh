#!/usr/bin/env bash
# small_icu.sh FOLDER: makes of ICU's library of data (30 MB) one in FOLDER (8 MB) that lacks what Dragoman never asks for:
# names in other languages than English, collation, currencies, units, time zones, spelled numbers, converters,
# transliteration. What programs are given uses it; one that runs where Debian's ICU is does not need it.
set -euo pipefail

folder=$1
library=$(realpath "$(ldconfig -p | sed -n 's/.*libicudata\.so\.[0-9]* (libc6,x86-64) => //p' | sort -V | tail -n 1)")
name=$(LC_ALL=C readelf -d "$library" | sed -n 's/.*soname: \[\(.*\)\]/\1/p')
version=${name##*.}
[[ -n $version ]] || { echo "small_icu: there is no libicudata" >&2; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# The library is the package of data, behind one symbol, and nothing else.
data=icudt${version}l.dat
mkdir "$work/whole"
objcopy --output-target binary --only-section .rodata "$library" "$work/whole/$data"
cd "$work"
icupkg --list "whole/$data" >all.txt
sed -E '/^(coll|curr|rbnf|translit|unit|zone)\/|\.(cnv|spp|cfu)$/d
        /^(lang|region)\//{/\/(root|en|pool|res_index)\.res$/!d}' all.txt >kept.txt
grep --invert-match --line-regexp --fixed-strings --file kept.txt all.txt >removed.txt
icupkg --remove removed.txt "whole/$data" "$data"
cat >data.s <<END
  .section .note.GNU-stack,"",@progbits
  .section .rodata
  .balign 16
  .globl icudt${version}_dat
  .type icudt${version}_dat, @object
icudt${version}_dat:
  .incbin "$data"
  .size icudt${version}_dat, . - icudt${version}_dat
END
gcc -shared -nostdlib -Wl,-soname,"$name" -o "$name" data.s
cd - >/dev/null
mkdir -p "$folder"
mv "$work/$name" "$folder/$name"
