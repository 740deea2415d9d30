"""Translates a file with Marian and prints its speed on stderr, the loading of the model left out.

usage: marian_run.py MODEL SOURCE BEAM BATCH THREADS RATIO [TYPE]
MODEL is a folder that `dragoman export --format marian` wrote; a hypothesis gets at most RATIO tokens for each of its source, and so
many where the weights are random. TYPE is float32, or one that Marian's converter knows (intgemm8, packed8avx512): a file of such
weights, which is written beside the others at the first run.
"""

import pathlib
import re
import subprocess
import sys
import tempfile

folder, source = map(pathlib.Path, sys.argv[1:3])
beam, batch, threads, ratio = sys.argv[3:7]
kind = sys.argv[7] if sys.argv[7:] else "float32"
CALL = "import sys, _pymarian; sys.exit(_pymarian.main(sys.argv[1:]))"


def marian(*arguments):
    """What it says, which includes how long it took."""
    ended = subprocess.run([sys.executable, "-c", CALL, *map(str, arguments)], cwd=folder, capture_output=True, text=True)
    if ended.returncode != 0:
        sys.exit(ended.stderr[-2000:])
    return ended.stderr


def write_input(path):
    """As the model's vocabulary wants it: text where that is a SentencePiece model, else pieces."""
    if (folder / "vocab.spm").exists():
        path.write_bytes(source.read_bytes())
        return
    import sentencepiece  # of the peers' Python

    pieces = sentencepiece.SentencePieceProcessor(model_file=str(folder / "source.spm"))
    lines = [" ".join(pieces.encode(line, out_type=str)) for line in source.read_text().splitlines()]
    path.write_text("\n".join(lines) + "\n")


model = "model.npz" if kind == "float32" else f"model.{kind}.bin"
if not (folder / model).exists():
    marian("convert", "--from", "model.npz", "--to", model, "--gemm-type", kind)
with tempfile.TemporaryDirectory() as name:
    lines, output = (pathlib.Path(name) / part for part in ("input", "output"))
    write_input(lines)
    said = marian("decode", "-c", "decoder.yml", "--models", model, "-i", lines, "-o", output, "--no-spm-decode", "--beam-size",
                  beam, "--mini-batch", batch, "--maxi-batch", "100", "--maxi-batch-sort", "src", "--cpu-threads", threads,
                  "--max-length-factor", ratio)
    time = re.search(r"Total time: ([\d.]+)s", said)
    if not time:
        sys.exit(said[-2000:])
    tokens = sum(len(line.split()) for line in output.read_text().splitlines())
print(f"{tokens / float(time.group(1)):.0f} tokens/s", file=sys.stderr)
