#!/usr/bin/env bash
# install_test.sh CMAKE BUILD_FOLDER VERSION bundled|external: installs the build under a temporary prefix, moves the
# result elsewhere, and runs the moved binary. What was installed with it must be what is loaded: the copy of SentencePiece,
# and LibTorch where it is bundled; the former whatever LD_LIBRARY_PATH has in its place. What is for man and shells is what the binary prints.
set -euo pipefail

cmake=$1 build=$2 version=$3 libtorch=$4
# Beside the build, since LibTorch's half a gigabyte may be too much for /tmp.
folder=$(mktemp -d "$build/install test.XXXXXX")
trap 'rm -rf "$folder"' EXIT

"$cmake" --install "$build" --prefix "$folder/first" >"$folder/log" || { cat "$folder/log"; exit 1; }
mv "$folder/first" "$folder/moved"
unset LD_LIBRARY_PATH LD_PRELOAD

printed=$("$folder/moved/bin/dragoman" --version)
echo "dragoman --version: $printed"
if [[ $printed != *"$version"* ]]; then
  echo "expected version $version"
  exit 1
fi

# require_own LIBRARY: the loader itself says which file it would take for the program, and for what the program loads.
require_own() {
  local loaded
  loaded=$(ldd "$folder/moved/bin/dragoman" "$folder"/moved/lib/libdragoman.so.* | grep -F "$1" | sed 's/.*=> //; s/ (.*//')
  while read -r file; do
    if [[ $(realpath "$file") != "$(realpath "$folder")/moved/lib/dragoman/"* ]]; then
      echo "$1 is loaded from outside the installed folder: $loaded"
      exit 1
    fi
  done <<<"$loaded"
}

libraries=(libsentencepiece.so.0)
[[ $libtorch != bundled ]] || libraries+=(libtorch.so libtorch_cpu.so libc10.so libgomp)
for library in "${libraries[@]}"; do
  require_own "$library"
done
debians=$(PATH=$PATH:/usr/sbin ldconfig -p | awk '$1 == "libsentencepiece.so.0" && !found++ { print $NF }')
(
  export LD_LIBRARY_PATH=${debians%/*}
  require_own libsentencepiece.so.0
)

share=$folder/moved/share
for page in dragoman dragoman-translate; do
  grep --quiet '^\.TH DRAGOMAN' "$share/man/man1/$page.1"
done
for file in bash:bash-completion/completions/dragoman zsh:zsh/site-functions/_dragoman fish:fish/vendor_completions.d/dragoman.fish; do
  "$folder/moved/bin/dragoman" completion "${file%%:*}" | cmp - "$share/${file#*:}"
done
