# shellcheck shell=bash
# Installs what Dragoman is built from: Debian packages, and LibTorch in build/libtorch. Sourced by ./run, which has
# made the repository's root the working directory. Costs next to nothing where all is there.

torch_version=2.13.0
torch_cpu_index=https://download.pytorch.org/whl/cpu
torch_folder=build/libtorch

build_packages=(
  g++ cmake ninja-build pkg-config ca-certificates
  libsentencepiece-dev libfmt-dev libyaml-cpp-dev nlohmann-json3-dev libgoogle-perftools-dev libicu-dev zlib1g-dev
  libcld2-dev libexttextcat-data libssl-dev libboost-program-options-dev libgloo-dev libgtest-dev libgmock-dev
)

say() { printf '%s\n' "$*" >&2; }

# die FAILURE REMEDY...: ends the run, naming the step that failed and what to do about it.
die() {
  say "run: $1."
  shift
  printf '     %s\n' "$@" >&2
  exit 1
}

set_up() {
  local packages=("${build_packages[@]}") named
  named=$(named_libtorch)
  if [[ -z $named ]]; then
    packages+=(python3-pip)
  fi
  set_up_packages "${packages[@]}"
  if [[ -z $named ]]; then
    set_up_libtorch
  fi
}

# One set-up or build at a time; the lock is released when the caller's subshell ends.
lock() {
  mkdir -p build
  exec {lock_file}>build/.lock
  if ! flock --nonblock "$lock_file"; then
    say "Waiting for another ./run that is installing or building here."
    flock "$lock_file"
  fi
}

# ---- Debian packages

set_up_packages() {
  if ! type dpkg-query apt-get >/dev/null 2>&1; then
    die "set-up knows only Debian and Ubuntu" "Install what these Debian packages hold: $*" \
      "Then build without ./run: LIBTORCH=FOLDER cmake --preset release && cmake --build --preset release"
  fi
  [[ -n $(missing_packages "$@") ]] || return 0
  (
    lock
    mapfile -t missing < <(missing_packages "$@")
    ((${#missing[@]})) || exit 0
    say "Set-up: about to install Debian packages: ${missing[*]}"
    ((EUID == 0)) || type sudo >/dev/null 2>&1 ||
      die "set-up needs root to install packages, and there is no sudo" \
        "As root, run: apt-get install --no-install-recommends ${missing[*]}"
    # One unreachable source need not stop the others.
    apt_get update || say "Set-up: apt-get update failed; going on with the package lists that are there."
    apt_get install --yes --no-install-recommends "${missing[@]}" ||
      die "installing Debian packages failed" "apt-get's messages above say why. Free space: $(free_space /var)." \
        "No network: check the proxy settings and /etc/apt/sources.list." \
        "Packages that cannot be located: the release is older than Debian 12 or Ubuntu 24.04." \
        "An interrupted installation is repaired by: dpkg --configure -a"
  )
}

# Those of the given packages that are not installed, one a line.
missing_packages() {
  local installed package
  installed=$'\n'$(dpkg-query --show --showformat='${Package} ${db:Status-Status}\n' "$@" 2>/dev/null)$'\n' || true
  for package in "$@"; do
    [[ $installed == *$'\n'"$package installed"$'\n'* ]] || printf '%s\n' "$package"
  done
}

apt_get() {
  local words=(env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 "$@")
  ((EUID == 0)) || words=(sudo "${words[@]}")
  "${words[@]}" </dev/null >&2
}

free_space() { df --human-readable --output=avail "$1" | tail -n 1 | tr -d ' '; }

# ---- LibTorch

# The LibTorch folder that LIBTORCH or CMAKE_PREFIX_PATH names, as an absolute path; empty where neither names one.
named_libtorch() {
  local prefix folder prefixes=()
  if [[ -n ${LIBTORCH:-} ]]; then
    for folder in "$LIBTORCH" "$LIBTORCH/torch"; do
      if is_libtorch "$folder"; then
        realpath -- "$folder"
        return
      fi
    done
    die "LIBTORCH is $LIBTORCH, which lacks include/ATen/ATen.h or lib/libtorch_cpu.so" \
      "Set it to a LibTorch folder, or unset it to have PyTorch's wheel downloaded."
  fi
  IFS=':;' read -r -a prefixes <<<"${CMAKE_PREFIX_PATH:-}"
  for prefix in "${prefixes[@]}"; do
    for folder in "$prefix" "$prefix/torch" "$prefix/../.."; do
      if is_libtorch "$folder"; then
        realpath -- "$folder"
        return
      fi
    done
  done
}

is_libtorch() { [[ -e $1/include/ATen/ATen.h && -e $1/lib/libtorch_cpu.so ]]; }

# The LibTorch that builds use.
libtorch() {
  local named
  named=$(named_libtorch)
  printf '%s\n' "${named:-$PWD/$torch_folder/torch}"
}

# pip writes a package's dist-info after the package, and the folder is renamed when complete.
have_libtorch() { is_libtorch "$torch_folder/torch" && compgen -G "$torch_folder/torch-$torch_version*.dist-info" >/dev/null; }

set_up_libtorch() {
  have_libtorch && return
  (
    lock
    have_libtorch && exit
    partial=$torch_folder.partial
    rm -rf "$partial"
    mkdir -p "$partial/wheel" "$partial/tmp" "$partial/tree"
    find_pip
    download_torch_wheel "$partial/wheel"
    wheel=$(compgen -G "$partial/wheel/torch-*.whl") || die "pip brought no wheel of torch"
    mapfile -t nvidia < <(nvidia_requirements "$wheel")
    say "Set-up: installing ${wheel##*/} in $torch_folder"
    pip install --no-deps --no-index --target "$partial/tree" "$wheel" || die_pip
    if ((${#nvidia[@]})); then
      need_space 6 "a CUDA build of LibTorch with NVIDIA's libraries"
      say "Set-up: about to install the NVIDIA libraries that this build of LibTorch loads (some 3 GB): ${nvidia[*]%%;*}"
      pip install --target "$partial/tree" "${nvidia[@]}" || die_pip
    fi
    is_libtorch "$partial/tree/torch" || die "the wheel of torch holds no LibTorch"
    rm -rf "$torch_folder"
    mv "$partial/tree" "$torch_folder"
    rm -rf "$partial"
  )
}

find_pip() {
  for python in /usr/bin/python3 python3; do
    "$python" -m pip --version >/dev/null 2>&1 && return
  done
  die "set-up found no Python with pip" "Install it: apt-get install python3-pip"
}

# Settings that would redirect or refuse --target are put aside; pip's own index settings are the user's and stay.
pip() {
  local verb=$1 options=(--only-binary :all: --no-cache-dir --disable-pip-version-check)
  shift
  [[ $verb == download ]] || options+=(--no-compile)
  [[ -t 2 ]] || options+=(--progress-bar off --quiet)
  TMPDIR=$PWD/$torch_folder.partial/tmp PIP_USER=0 PIP_REQUIRE_VIRTUALENV=0 PIP_ROOT_USER_ACTION=ignore \
    "$python" -m pip "$verb" "${options[@]}" "$@" </dev/null >&2
}

# The CPU build from PyTorch's own index unless there is an NVIDIA GPU; where that index cannot be had, what pip brings.
download_torch_wheel() {
  need_space 2 "LibTorch"
  if ! nvidia-smi -L >/dev/null 2>&1 && cpu_index_answers; then
    say "Set-up: about to download PyTorch $torch_version (CPU build, 200 MB) from $torch_cpu_index"
    if pip download --no-deps --index-url "$torch_cpu_index" --dest "$1" "torch==$torch_version"; then
      return
    fi
    say "Set-up: that failed; trying pip's default index."
  fi
  say "Set-up: about to download PyTorch $torch_version (a CPU build of 200 MB or a CUDA build of 600) from pip's default index"
  pip download --no-deps --dest "$1" "torch==$torch_version" || die_pip
}

cpu_index_answers() {
  timeout 10 "$python" -c 'import sys, urllib.request; urllib.request.urlopen(sys.argv[1], timeout=5)' \
    "$torch_cpu_index/torch/" >/dev/null 2>&1
}

# The requirements of a CUDA wheel that its libraries load, one a line; none for a CPU wheel.
nvidia_requirements() {
  "$python" - "$1" <<'END'
import re, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as wheel:
    name = next(n for n in wheel.namelist() if n.endswith(".dist-info/METADATA"))
    for line in wheel.read(name).decode().splitlines():
        match = re.match(r"Requires-Dist: ((?:nvidia|cuda-toolkit).*)", line)
        if match and "extra ==" not in line:
            print(match[1])
END
}

need_space() {
  local available
  available=$(df --output=avail --block-size=1G "$torch_folder.partial" | tail -n 1)
  ((available >= $1)) ||
    die "set-up needs $1 GB in $PWD/build for $2, and ${available// /} GB are free" \
      "Free some space, or set LIBTORCH to a LibTorch folder that is there already."
}

die_pip() {
  die "installing LibTorch with pip failed" \
    "pip's message above says why. Free space in build: $(free_space build)." \
    "Check the network and the proxy settings (pip config list), or set LIBTORCH to a LibTorch folder" \
    "(the folder 'torch' of any installed PyTorch $torch_version will do)."
}
