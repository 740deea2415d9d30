"""Translation speed against CTranslate2 with the same weights: ./run bench translate [--rounds N]

A base model (6+6 layers, width 512, feed-forward 2048, vocabulary 32,000) with random weights translates Multi30k's
test_2016_flickr (MULTI30K_DIR, else build/multi30k); every hypothesis gets LENGTH tokens on both sides. A first pass
over a part of it finds each side's best configuration, then those alternate: medians of the rounds. The last line is
the ratio of the best configurations with beam 4. Needs a Python with ctranslate2 and sentencepiece: PEERS_PYTHON, or
bench/peers/setup.sh.
"""

import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

from peers.measured import DRAGOMAN, ROOT, Run, has_bf16, preloaded_tcmalloc, text

PEER = ROOT / "bench/peers/ctranslate2_run.py"
LENGTH = 18
VOCABULARY = 32000
CORES = len(os.sched_getaffinity(0))


def make_models(folder):
    """A model directory of one training step, whose weights are as good as random, the same in int8, and the peer's."""
    for name in ("train.en", "train.de"):
        (folder / name).write_bytes(text(name))
    for name in ("val.en", "val.de"):
        (folder / name).write_bytes(b"\n".join(text(name).split(b"\n")[:2]) + b"\n")
    lines = text("test_2016_flickr.en").splitlines(keepends=True)
    (folder / "all").write_bytes(b"".join(lines))
    (folder / "some").write_bytes(b"".join(lines[::4]))
    (folder / "one").write_bytes(lines[0])
    model = folder / "fp32"
    subprocess.run(
        [DRAGOMAN, "train", "--quiet", "--model", model, "--preset", "base", "--positions", "sinusoidal",
         "--vocab-size", str(VOCABULARY),
         "--tokenizer-algorithm", "bpe", "--train-source", folder / "train.en", "--train-target", folder / "train.de",
         "--valid-source", folder / "val.en", "--valid-target", folder / "val.de", "--batch-tokens", "64",
         "--max-steps", "1", "--valid-beam-size", "1", "--average", "none"], check=True)
    subprocess.run([DRAGOMAN, "export", "--quiet", "--model", model, "--output", folder / "exported"], check=True)
    for precision in ("int8", "bf16"):
        subprocess.run([DRAGOMAN, "quantize", "--quiet", "--model", model, "--output", folder / precision,
                        "--precision", precision], check=True)


def ours(folder, source, beam, precision, batch, extra=()):
    # The rate that the program prints leaves out the loading of the model, as the peer's does.
    return Run([DRAGOMAN, "translate", "--model", folder / precision, "--input", folder / source, "--beam-size", beam,
                "--batch-size", batch, "--min-length", LENGTH, "--max-length", LENGTH, *extra], r"\((\d+) tokens/s\)")


def theirs(folder, source, beam, kind, batch, inter, one_by_one=False):
    return Run([sys.executable, PEER, folder / "exported", folder / source, beam, kind, batch, inter, CORES // inter,
                LENGTH, *(["one"] if one_by_one else [])], r"(\d+) tokens/s", preloaded_tcmalloc())


def start(folder):
    """Seconds from the start of a process to the end of it, with the translation of one sentence between."""
    begin = time.perf_counter()
    ours(folder, "one", 4, "int8", 1)
    return time.perf_counter() - begin


def compare(label, rounds, ours_once, theirs_once):
    pairs = [(ours_once(), theirs_once()) for _ in range(rounds)]
    mine = statistics.median(pair[0].rate for pair in pairs)
    peer = statistics.median(pair[1].rate for pair in pairs)
    print(f"{label:42} dragoman {mine:7.0f} tok/s {max(p[0].memory for p in pairs):6.0f} MB   "
          f"CTranslate2 {peer:7.0f} tok/s {max(p[1].memory for p in pairs):6.0f} MB   ratio {mine / peer:.2f}", flush=True)
    return mine / peer


def best(runs):
    """The fastest of {configuration: function}."""
    rates = {configuration: run().rate for configuration, run in runs.items()}
    for configuration, rate in rates.items():
        print("  tried", *configuration, f"{rate:.0f} tok/s", flush=True)
    return max(rates, key=rates.get)


def compare_best(folder, beam, rounds, smaller_types):
    """The ratio of both sides' best configurations, and ours."""
    mine = best({(p, b): lambda p=p, b=b: ours(folder, "some", beam, p, b) for p in smaller_types for b in (32, 64)})
    peer = best({("int8", b, i): lambda b=b, i=i: theirs(folder, "some", beam, "int8", b, i)
                 for b in (32, 64) for i in {1, CORES}})
    ratio = compare(f"beam {beam}, {mine[0]} {mine[1]} / int8 {peer[1]}, {peer[2]} workers", rounds,
                    lambda: ours(folder, "all", beam, *mine), lambda: theirs(folder, "all", beam, *peer))
    return ratio, mine[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    # In bf16 without instructions for it a translation falls back to fp32.
    smaller_types = ["int8"] + (["bf16"] if has_bf16() else [])
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        make_models(folder)
        ratio, fastest = compare_best(folder, 4, rounds, smaller_types)
        compare_best(folder, 1, rounds, smaller_types)
        compare("beam 4, fp32 32 / fp32 32", rounds, lambda: ours(folder, "all", 4, "fp32", 32),
                lambda: theirs(folder, "all", 4, "float32", 32, CORES))
        compare("one sentence at a time, beam 4", rounds,
                lambda: ours(folder, "some", 4, fastest, 1, ("--block-lines", 1, "--threads", 1)),
                lambda: theirs(folder, "some", 4, "int8", 1, CORES, one_by_one=True))
        print(f"start, one sentence, end: int8 {statistics.median(start(folder) for _ in range(9)):.2f} s")
        print(f"ratio {ratio:.2f}")


main()
