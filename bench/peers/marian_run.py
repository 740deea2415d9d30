"""Translates a file with Marian and prints its speed on stderr, the loading of the model left out.

usage: marian_run.py MODEL SOURCE BEAM BATCH THREADS RATIO
MODEL is a folder that `dragoman export --format marian` wrote of a model with source.spm; a hypothesis gets at most RATIO tokens for
each of its source, and so many where the weights are random.
"""

import pathlib
import re
import subprocess
import sys
import tempfile

import sentencepiece

folder, source = map(pathlib.Path, sys.argv[1:3])
beam, batch, threads, ratio = sys.argv[3:7]
CALL = "import sys, _pymarian; sys.exit(_pymarian.main(sys.argv[1:]))"
pieces = sentencepiece.SentencePieceProcessor(model_file=str(folder / "source.spm"))
lines = [" ".join(pieces.encode(line, out_type=str)) for line in source.read_text().splitlines()]
with tempfile.TemporaryDirectory() as name:
    output = pathlib.Path(name) / "output"
    (pathlib.Path(name) / "input").write_text("\n".join(lines) + "\n")
    ended = subprocess.run(
        [sys.executable, "-c", CALL, "decode", "-c", "decoder.yml", "-i", pathlib.Path(name) / "input", "-o", output,
         "--beam-size", beam, "--mini-batch", batch, "--maxi-batch", "100", "--maxi-batch-sort", "src",
         "--cpu-threads", threads, "--max-length-factor", ratio], cwd=folder, capture_output=True, text=True)
    time = re.search(r"Total time: ([\d.]+)s", ended.stderr)
    if ended.returncode != 0 or not time:
        sys.exit(ended.stderr[-2000:])
    tokens = sum(len(line.split()) for line in output.read_text().splitlines())
print(f"{tokens / float(time.group(1)):.0f} tokens/s", file=sys.stderr)
