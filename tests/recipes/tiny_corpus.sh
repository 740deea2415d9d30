# shellcheck shell=bash disable=SC2034
# What the tests of pipelines share; they source it with the arguments DRAGOMAN SCRIPT. They run in a folder of their own that
# has the corpus source, target, valid.source and valid.target, and the script as $script.
export DRAGOMAN=$1
script=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit

fail() {
  echo "$*" >&2
  exit 1
}

# A language of eight words, and one that spells them backwards.
awk 'BEGIN {
  split("alt hund sieht katze klein mann rot und", words, " ")
  srand(7)
  for (line = 0; line < 300; ++line) {
    text = ""
    for (left = 2 + int(4 * rand()); left > 0; --left) text = text (text == "" ? "" : " ") words[1 + int(8 * rand())]
    print text
  }
}' >source
rev source >target
head -n 20 source >valid.source
head -n 20 target >valid.target
options=(--encoder-layers 1 --decoder-layers 1 --width 32 --feed-forward-width 64 --heads 2 --vocab-size 60 --threads 1
  --batch-tokens 256 --max-steps 20 --quiet)

# make_mortal: a program that notes its arguments in the file calls, a line for each call. Where there is a file last_call, it
# dies at the call of that number.
make_mortal() {
  local dragoman=$DRAGOMAN
  export DRAGOMAN=$folder/mortal
  cat >"$DRAGOMAN" <<END
#!/usr/bin/env bash
echo "\$*" >>"$folder/calls"
if [[ -e $folder/last_call ]] && ((\$(wc -l <"$folder/calls") >= \$(<"$folder/last_call"))); then kill -KILL \$\$; fi
exec "$dragoman" "\$@"
END
  chmod +x "$DRAGOMAN"
}

subcommands() { cut -d ' ' -f 1 calls | xargs; }

# models_of FOLDER: the checksums of its models.
models_of() { (cd "$1" && sha256sum ./*/model.safetensors); }
