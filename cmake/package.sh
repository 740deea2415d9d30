# shellcheck shell=bash
# Makes what people install without building: an archive that runs from any folder, and a Debian package. Sourced by
# ./run, with cmake/setup.sh before it.

package_folder=build/package

# Both packages, in build/package. ZSTD_CLEVEL says how well they are compressed: 3 is quick, 19 small.
make_packages() {
  export ZSTD_CLEVEL=${ZSTD_CLEVEL:-19}
  set_up_packages zstd binutils dpkg-dev
  build release dragoman
  local version work=$package_folder/work
  version=$(program_version build/release/dragoman)
  rm -rf "$work" "$package_folder"/dragoman*
  mkdir -p "$work"
  make_archive "$work/dragoman-$version-linux-$(uname -m)"
  make_deb "$work/deb" "$version"
  cp docs/serving/Containerfile "$package_folder"
  rm -rf "$work"
  (cd "$package_folder" && du --apparent-size --block-size=MB dragoman*)
}

# program_version PROGRAM: "0.1.0", of "dragoman 0.1.0 (LibTorch 2.13.0)".
program_version() {
  local printed
  printed=$("$1" --version)
  printed=${printed#dragoman }
  echo "${printed%% *}"
}

# install_stripped PREFIX: what `cmake --install` brings of the program, without symbols that only debuggers read.
install_stripped() {
  local prefix=$1 log=$package_folder/install.log
  cmake --install build/release --component program --prefix "$prefix" >"$log" || die "installing failed" "See $log."
  [[ -e $prefix/lib/dragoman/libtorch_cpu.so ]] ||
    die "a package takes the CPU build of LibTorch that ./run setup brings, and this build uses another" \
      "Unset LIBTORCH and CMAKE_PREFIX_PATH, and build again."
  strip --strip-all "$prefix/bin/dragoman"
  strip --strip-unneeded "$prefix"/lib/*.so* "$prefix"/lib/dragoman/*.so*
  install -D --mode=644 LICENSE "$prefix/share/doc/dragoman/LICENSE"
}

# ---- The archive

# make_archive PREFIX: from that folder, beside which it is written.
make_archive() {
  local prefix=$1 archive
  archive=$package_folder/${prefix##*/}.tar.zst
  say "Packing $archive"
  install_stripped "$prefix"
  bundle_libraries "$prefix"
  copy_licences "$prefix"
  describe_build "$prefix" >"$prefix/share/doc/dragoman/build.txt"
  cat "$prefix/share/doc/dragoman/build.txt" >&2
  tar --directory "${prefix%/*}" --create --sort=name --owner=0 --group=0 --numeric-owner \
    --mtime="@${SOURCE_DATE_EPOCH:-$(date +%s)}" "${prefix##*/}" | zstd --threads=0 --long=27 --quiet -o "$archive"
}

# The C library and its loader are made for each other, and for the system; they are never copied.
is_of_glibc() {
  case ${1##*/} in
    linux-vdso.so* | ld-linux* | libc.so* | libm.so* | libpthread.so* | libdl.so* | librt.so* | libresolv.so*) ;;
    *) return 1 ;;
  esac
}

# loaded_libraries PREFIX: "NAME PATH" of each library that the loader would load for the program and for its library,
# the loader left out; no path where there is none.
loaded_libraries() {
  env --ignore-environment PATH=/usr/bin:/bin ldd "$1/bin/dragoman" "$1"/lib/libdragoman.so.* |
    sed --quiet --expression='s/^\t\([^ ]*\) => \(\/.*\) (0x.*/\1 \2/p' --expression='s/^\t\([^ ]*\) => not found/\1 /p' |
    sort --unique
}

# Copies what is loaded from outside; the program looks for it where LibTorch is.
bundle_libraries() {
  local prefix name path
  prefix=$(realpath "$1")
  while read -r name path; do
    [[ -n $path ]] || die "the program lacks a library: $name"
    path=$(realpath "$path")
    if ! is_of_glibc "$name" && [[ $path != "$prefix"/* ]]; then
      install --mode=755 "$path" "$prefix/lib/dragoman/$name"
      strip --strip-unneeded "$prefix/lib/dragoman/$name"
      package_of "$path" >>"$package_folder/work/packages"
    fi
  done < <(loaded_libraries "$prefix")
}

# The Debian package of a library, whose path may be listed as it was before /lib became /usr/lib.
package_of() {
  { dpkg-query --search "$1" 2>/dev/null || dpkg-query --search "${1#/usr}"; } | head -n 1 | cut --delimiter=: --fields=1
}

copy_licences() {
  local folder=$1/share/doc/dragoman/licences package
  mkdir -p "$folder"
  while read -r package; do
    cp "/usr/share/doc/$package/copyright" "$folder/$package"
  done < <(sort --unique "$package_folder/work/packages")
  copy_licences_of_libtorch "$folder/libtorch"
}

copy_licences_of_libtorch() { cp --recursive "$(libtorch)"/../torch-*.dist-info/licenses "$1"; }

# What somebody wants to know of a package who has nothing but it.
describe_build() {
  "$1/bin/dragoman" --version
  echo "built with glibc $(ldd --version | head -n 1 | awk '{ print $NF }'), runs with glibc $(needed_glibc "$1") and later"
}

# The latest version of glibc that a program or library in a folder asks for.
needed_glibc() {
  find "$1" -type f \( -name '*.so*' -o -name dragoman \) -exec objdump --dynamic-syms {} + 2>/dev/null |
    grep --only-matching --extended-regexp 'GLIBC_[0-9]+(\.[0-9]+)+' | sort --unique --version-sort | tail -n 1 |
    cut --delimiter=_ --fields=2
}

# ---- The Debian package

# make_deb TREE VERSION: with LibTorch of its own; of the rest it depends on the packages that it was built with.
make_deb() {
  local tree=$1 version=$2 architecture package usr=$1/usr
  architecture=$(dpkg --print-architecture)
  package=$package_folder/dragoman_${version}_$architecture.deb
  say "Packing $package"
  install_stripped "$usr"
  mkdir -p "$tree/DEBIAN" "$usr/lib/systemd/system"
  mv "$usr/share/zsh/site-functions" "$usr/share/zsh/vendor-completions"
  gzip --best --no-name "$usr"/share/man/man1/*
  install_units "$usr/lib/systemd/system"
  mv "$usr/share/doc/dragoman/LICENSE" "$usr/share/doc/dragoman/copyright"
  copy_licences_of_libtorch "$usr/share/doc/dragoman/libtorch"
  gzip --best --no-name --stdout CHANGELOG.md >"$usr/share/doc/dragoman/changelog.gz"
  write_control "$tree" "$version" "$architecture"
  (cd "$tree" && find usr -type f -exec md5sum {} + >DEBIAN/md5sums)
  chmod --recursive u=rwX,go=rX "$tree"
  dpkg-deb --root-owner-group -Zzstd "-z$ZSTD_CLEVEL" --build "$tree" "$package" >/dev/null
}

# install_units FOLDER: those of docs/serving, without what they say of their own place.
install_units() {
  sed -e '/^#/d' -e 's|/usr/local/bin/|/usr/bin/|' docs/serving/dragoman.service >"$1/dragoman.service"
  sed -e '/^#/d' docs/serving/dragoman.socket >"$1/dragoman.socket"
}

# write_control TREE VERSION ARCHITECTURE
write_control() {
  cat >"$1/DEBIAN/control" <<END
Package: dragoman
Version: $2
Architecture: $3
Maintainer: the Dragoman authors
Section: text
Priority: optional
Installed-Size: $(du --summarize --apparent-size --block-size=1024 "$1/usr" | cut --fields=1)
Depends: $(library_packages "$1")
Description: machine translation, from a parallel corpus to a translated file
 Trains encoder-decoder models, translates text and documents with them, serves
 translations over HTTP, and scores them. Models of Marian, OPUS-MT, CTranslate2
 and argos can be imported.
END
}

# library_packages TREE: the packages that hold the libraries of the program, with their versions.
library_packages() {
  local tree stub
  tree=$(realpath "$1")
  stub=$(mktemp -d)
  mkdir "$stub/debian"
  printf 'Source: dragoman\n\nPackage: dragoman\nArchitecture: any\n' >"$stub/debian/control"
  (cd "$stub" && dpkg-shlibdeps -O --ignore-missing-info "-l$tree/usr/lib/dragoman" "$tree/usr/bin/dragoman" \
    "$tree"/usr/lib/*.so* "$tree"/usr/lib/dragoman/*.so* 2>/dev/null) | sed 's/^shlibs:Depends=//'
  rm -r "$stub"
}
