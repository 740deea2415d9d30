"""Translation speed against CTranslate2 with the same weights: ./run bench translate [--rounds N] [--only PART ...] [--trained MODEL]

Multi30k's test_2016_flickr (MULTI30K_DIR, else build/multi30k) is translated by

  fixed     a base model (6+6 layers, width 512, feed-forward 2048, vocabulary 32,000) with random weights; every hypothesis gets
            LENGTH tokens on both sides. Ends with the ratio of the best configurations with beam 4
  big       the same with width 1024, feed-forward 4096 and vocabulary 64,000, which no cache holds
  long      the base model on texts of 200, 500 and 1,000 tokens, as many in their translations
  natural   a base model that translates as MODEL does, one of docs/recipes/multi30k.yaml: translations end where they end

A first pass over a part of it finds each side's best configuration, then those alternate: medians of the rounds. Without --only,
all, natural where there is a MODEL. Needs a Python with ctranslate2, numpy and sentencepiece: PEERS_PYTHON, or
bench/peers/setup.sh.
"""

import argparse
import os
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import time

from peers.measured import DRAGOMAN, ROOT, Run, has_bf16, preloaded_tcmalloc, text
from serving.grown_model import grow

PEER = ROOT / "bench/peers/ctranslate2_run.py"
LENGTH = 18
VOCABULARY, LARGE_VOCABULARY = 32000, 64000
LONG = {200: 32, 500: 12, 1000: 6}  # tokens of a text, and how many there are
CORES = len(os.sched_getaffinity(0))


def make_texts(folder):
    lines = text("test_2016_flickr.en").splitlines(keepends=True)
    (folder / "all").write_bytes(b"".join(lines))
    (folder / "some").write_bytes(b"".join(lines[::4]))
    (folder / "one").write_bytes(lines[0])


def make_long_texts(folder):
    """Texts of sentences, one behind the other, of so many tokens or a few more."""
    import sentencepiece
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(folder / "fp32/tokenizer.spm"))
    sentences = text("test_2016_flickr.en").decode().splitlines()
    following = iter(sentences * 20)
    for length, count in LONG.items():
        texts = []
        for _ in range(count):
            words, tokens = [], 0
            while tokens < length:
                words.append(next(following))
                tokens += len(pieces.encode(words[-1]))
            texts.append(" ".join(words) + "\n")
        (folder / f"long{length}").write_text("".join(texts))


def random_words():
    """Lines of words that nobody speaks: a large vocabulary needs more of them than there are in Multi30k."""
    generator = random.Random(1)
    letters = "abcdefghijklmnopqrstuvwxyz"
    return "".join("".join(generator.choices(letters, k=generator.randint(4, 9))) + ("\n" if i % 12 == 11 else " ")
                   for i in range(120_000)).encode()


def make_forms(folder, precisions):
    """Of folder/fp32: the same in these precisions, and the peer's."""
    subprocess.run([DRAGOMAN, "export", "--quiet", "--model", folder / "fp32", "--output", folder / "exported"], check=True)
    for precision in precisions:
        subprocess.run([DRAGOMAN, "quantize", "--quiet", "--model", folder / "fp32", "--output", folder / precision,
                        "--precision", precision], check=True)


def make_random_model(folder, preset, precisions, vocabulary=VOCABULARY):
    """A model directory of one training step, whose weights are as good as random, and its other forms."""
    make_texts(folder)
    for name in ("train.en", "train.de"):
        (folder / name).write_bytes(text(name) + (random_words() if vocabulary > VOCABULARY else b""))
    for name in ("val.en", "val.de"):
        (folder / name).write_bytes(b"\n".join(text(name).split(b"\n")[:2]) + b"\n")
    subprocess.run(
        [DRAGOMAN, "train", "--quiet", "--model", folder / "fp32", "--preset", preset, "--positions", "sinusoidal",
         "--vocab-size", str(vocabulary),
         "--tokenizer-algorithm", "bpe", "--train-source", folder / "train.en", "--train-target", folder / "train.de",
         "--valid-source", folder / "val.en", "--valid-target", folder / "val.de", "--batch-tokens", "64",
         "--max-steps", "1", "--valid-beam-size", "1", "--average", "none"], check=True)
    make_forms(folder, precisions)


def make_trained_model(folder, small):
    make_texts(folder)
    grow(DRAGOMAN, small, folder / "fp32")
    make_forms(folder, ("int8",))


def ours(folder, source, beam, precision, batch, extra=(), length=LENGTH):
    # The rate that the program prints leaves out the loading of the model, as the peer's does.
    lengths = ["--min-length", length, "--max-length", length] if length else []
    return Run([DRAGOMAN, "translate", "--model", folder / precision, "--input", folder / source, "--beam-size", beam,
                "--batch-size", batch, *lengths, *extra], r"\((\d+) tokens/s\)")


def theirs(folder, source, beam, kind, batch, inter, one_by_one=False, length=LENGTH):
    return Run([sys.executable, PEER, folder / "exported", folder / source, beam, kind, batch, inter, CORES // inter,
                length, *(["one"] if one_by_one else [])], r"(\d+) tokens/s", preloaded_tcmalloc())


def compare_long(folder, rounds):
    make_long_texts(folder)
    whole = ("--max-source-length", 10_000, "--split-sentences", "off")
    for length in LONG:
        source = f"long{length}"
        peer = best({(workers, "workers"): lambda workers=workers: theirs(folder, source, 4, "int8", 32, workers, length=length)
                     for workers in {1, CORES}})
        compare(f"texts of {length} tokens, beam 4, int8", rounds,
                lambda: ours(folder, source, 4, "int8", 32, whole, length=length),
                lambda: theirs(folder, source, 4, "int8", 32, peer[0], length=length))


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


def compare_best(folder, beam, rounds, smaller_types, length=LENGTH, label=""):
    """The ratio of both sides' best configurations, and ours."""
    mine = best({(p, b): lambda p=p, b=b: ours(folder, "some", beam, p, b, length=length)
                 for p in smaller_types for b in (32, 64)})
    peer = best({("int8", b, i): lambda b=b, i=i: theirs(folder, "some", beam, "int8", b, i, length=length)
                 for b in (32, 64) for i in {1, CORES}})
    ratio = compare(f"{label}beam {beam}, {mine[0]} {mine[1]} / int8 {peer[1]}, {peer[2]} workers", rounds,
                    lambda: ours(folder, "all", beam, *mine, length=length),
                    lambda: theirs(folder, "all", beam, *peer, length=length))
    return ratio, mine[0]


def one_by_one(folder, rounds, precision):
    """One sentence after the other, by one thread or by all: what is best for each side."""
    mine = {(threads, "threads"): lambda threads=threads: ours(folder, "some", 4, precision, 1,
                                                               ("--block-lines", 1, "--threads", threads))
            for threads in {1, CORES}}
    peer = {(CORES // inter, "threads"): lambda inter=inter: theirs(folder, "some", 4, "int8", 1, inter, one_by_one=True)
            for inter in {1, CORES}}
    compare("one sentence at a time, beam 4", rounds, mine[best(mine)], peer[best(peer)])


def fixed(folder, rounds):
    # In bf16 without instructions for it a translation falls back to fp32.
    smaller_types = ["int8"] + (["bf16"] if has_bf16() else [])
    ratio, fastest = compare_best(folder, 4, rounds, smaller_types)
    compare_best(folder, 1, rounds, smaller_types)
    compare("beam 4, fp32 32 / fp32 32", rounds, lambda: ours(folder, "all", 4, "fp32", 32),
            lambda: theirs(folder, "all", 4, "float32", 32, CORES))
    one_by_one(folder, rounds, fastest)
    print(f"start, one sentence, end: int8 {statistics.median(start(folder) for _ in range(9)):.2f} s")
    return ratio


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="+", choices=("fixed", "big", "long", "natural"))
    parser.add_argument("--trained", type=pathlib.Path, metavar="MODEL")
    options = parser.parse_args()
    parts = options.only or ["fixed", "big", "long"] + (["natural"] if options.trained else [])
    if "natural" in parts and not options.trained:
        parser.error("natural needs --trained MODEL")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for part in parts:
            (folder / part).mkdir()
        if "natural" in parts:
            make_trained_model(folder / "natural", options.trained)
            for beam in (4, 1):
                compare_best(folder / "natural", beam, options.rounds, ["int8"], 0, "natural lengths, ")
        if "big" in parts:
            make_random_model(folder / "big", "big", ["int8"], LARGE_VOCABULARY)
            compare_best(folder / "big", 4, options.rounds, ["int8"], label="big, ")
        if "long" in parts:
            make_random_model(folder / "long", "base", ["int8"])
            compare_long(folder / "long", options.rounds)
        if "fixed" in parts:
            make_random_model(folder / "fixed", "base", ["int8", "bf16"])
            print(f"ratio {fixed(folder / 'fixed', options.rounds):.2f}")


main()
