#!/usr/bin/env bash
# package_test.sh: runs what `./run package` has written to build/package as somebody would who has nothing else: the
# archive from a folder of its own without an environment and in a fresh Debian 13, and the Debian package in a fresh Debian
# 12. Of all it wants the translations and scores of the program that was built. Started by `./run check package` in the
# repository's root.
set -euo pipefail
# shellcheck source=cmake/setup.sh
source cmake/setup.sh
# shellcheck source=cmake/package.sh
source cmake/package.sh

built=build/release/dragoman
folder=$(mktemp -d "$PWD/build/package-test.XXXXXX")
trap 'clean_up' EXIT

clean_up() {
  rm -rf --one-file-system "$folder"
}

fail() {
  say "check package: $*"
  exit 1
}

# translate_and_evaluate PROGRAM...: in this folder; the words before the program's arguments may be several.
translate_and_evaluate() {
  "$@" translate --model model --input source --output translation --threads 1 --quiet
  "$@" evaluate --hypothesis translation --reference target >score
}

# train_tiny PROGRAM...
train_tiny() {
  "$@" train --train-source train.source --train-target train.target --valid-source source --valid-target target \
    --model model --encoder-layers 1 --decoder-layers 1 --width 32 --feed-forward-width 64 --heads 2 --vocab-size 200 \
    --batch-tokens 512 --learning-rate 0.01 --warmup-steps 20 --schedule inverse-sqrt --max-steps 150 --valid-interval 150 \
    --threads 1 --precision fp32 --quiet
}

# prepare_texts FOLDER: writes what the two above read.
prepare_texts() {
  mkdir -p "$1"
  build/release/data/demo/generate_demo_corpus "$folder/corpus"
  head -n 2000 "$folder/corpus/train.en" >"$1/train.source"
  head -n 2000 "$folder/corpus/train.de" >"$1/train.target"
  head -n 20 "$folder/corpus/valid.en" >"$1/source"
  head -n 20 "$folder/corpus/valid.de" >"$1/target"
}

# same_work FOLDER NAME: what NAME has made of the model in FOLDER is what the built program makes.
same_work() {
  cp -r "$1" "$folder/built"
  (cd "$folder/built" && rm -f translation score && translate_and_evaluate "$OLDPWD/$built")
  for file in translation score; do
    cmp "$1/$file" "$folder/built/$file" || fail "$2: another $file than that of $built"
  done
  rm -r "$folder/built"
  [[ $(wc -l <"$1/translation") == 20 ]] || fail "$2: not a line for each line"
  say "$2: $(<"$1/score")"
}

# make_root SUITE FOLDER WHAT: a fresh Debian without more than it must have, and the archive's work to be done again in its
# /work. Fails, and says so, where none can be made for WHAT.
make_root() {
  local suite=$1 root=$2 what=$3 log=build/package/$1.log
  if ((EUID != 0)) || ! type debootstrap >/dev/null 2>&1; then
    say "$what: not tried, which takes root and debootstrap (apt-get install debootstrap)"
    return 1
  fi
  say "Making a Debian $suite for $what; see $log"
  if ! debootstrap --variant=minbase "$suite" "$root" >"$log" 2>&1; then
    say "$what: not tried, since debootstrap could not make a Debian $suite; $log says why"
    return 1
  fi
  cp -r "$folder/archive" "$root/work"
  rm -f "$root"/work/{translation,score,doctor.txt}
}

# work_in_root ROOT NAME: by the dragoman that is found there.
work_in_root() {
  local in_root=(unshare --mount bash "$PWD/tests/package/in_root.sh" "$1")
  (cd "$1/work" && translate_and_evaluate "${in_root[@]}")
  same_work "$1/work" "$2"
}

# ---- The archive

check_archive() {
  local archive root bare
  archive=$(compgen -G 'build/package/dragoman-*.tar.zst')
  mkdir "$folder/some where"
  tar --directory "$folder/some where" --extract --file "$archive"
  root=$(echo "$folder/some where"/dragoman-*)
  check_libraries "$root"
  bare=(env --ignore-environment "$root/bin/dragoman")
  prepare_texts "$folder/archive"
  (
    cd "$folder/archive"
    train_tiny "${bare[@]}"
    translate_and_evaluate "${bare[@]}"
    "${bare[@]}" doctor --model model >doctor.txt || fail "doctor finds something wrong: $(<doctor.txt)"
    grep --quiet "allocator *$root/lib/dragoman/libtcmalloc" doctor.txt || fail "the allocator is another: $(<doctor.txt)"
  )
  same_work "$folder/archive" "the archive"
  say "the archive: $(du --human-readable --apparent-size "$archive" | cut --fields=1) packed," \
    "$(du --human-readable --summarize --apparent-size "$root" | cut --fields=1) unpacked," \
    "needs glibc $(needed_glibc "$root")"
}

check_archive_on_later_debian() {
  local root=$folder/trixie
  make_root trixie "$root" "the archive on Debian 13" || return 0
  cp -r "$folder/some where"/dragoman-* "$root/opt/dragoman"
  ln --symbolic /opt/dragoman/bin/dragoman "$root/usr/bin/dragoman"
  work_in_root "$root" "the archive on Debian 13"
}

# check_libraries ROOT: each library comes from inside or is glibc's; paths are relative, and no stack is executable.
check_libraries() {
  local root=$1 name path file
  while read -r name path; do
    is_of_glibc "$name" || [[ $(realpath "$path") == "$root"/lib/dragoman/* ]] ||
      fail "$name comes from outside the archive: ${path:-nowhere}"
  done < <(loaded_libraries "$root")
  for file in "$root/bin/dragoman" "$root"/lib/*.so* "$root"/lib/dragoman/*; do
    [[ $(readelf --wide --program-headers "$file" | awk '$1 == "GNU_STACK" { print $7 }') == RW ]] ||
      fail "$file asks for an executable stack"
    # shellcheck disable=SC2016 # the loader puts something in the place of $ORIGIN
    if readelf --wide --dynamic "$file" | grep -E 'R(UN)?PATH' | grep --invert-match --extended-regexp \
      '\[\$ORIGIN(/[^:]*)?(:\$ORIGIN(/[^:]*)?)*\]$'; then
      fail "$file looks for libraries elsewhere"
    fi
  done
}

# ---- The Debian package

check_deb() {
  local package contents root=$folder/bookworm log=build/package/bookworm.log
  package=$(compgen -G 'build/package/dragoman_*.deb')
  contents=$(dpkg-deb --contents "$package")
  [[ $(dpkg-deb --field "$package" Depends) == *libc6* ]] || fail "the package depends on nothing"
  for file in usr/bin/dragoman usr/share/man/man1/dragoman-translate.1.gz usr/share/bash-completion/completions/dragoman \
    usr/share/zsh/vendor-completions/_dragoman usr/share/fish/vendor_completions.d/dragoman.fish \
    usr/lib/systemd/system/dragoman.service usr/share/doc/dragoman/copyright; do
    [[ $contents$'\n' == *" ./$file"$'\n'* ]] || fail "the package lacks $file"
  done
  make_root bookworm "$root" "the Debian package" || return 0
  cp "$package" "$root/tmp/dragoman.deb"
  cp /etc/resolv.conf "$root/etc/resolv.conf"
  chroot "$root" sh -c 'apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends \
    /tmp/dragoman.deb' >>"$log" 2>&1 || fail "installing the Debian package failed; $log says why"
  work_in_root "$root" "the Debian package"
  say "the Debian package: $(du --human-readable --apparent-size "$package" | cut --fields=1) packed," \
    "$(dpkg-deb --field "$package" Installed-Size) kB installed"
}

check_archive
check_archive_on_later_debian
check_deb
