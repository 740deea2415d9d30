"""Translation speed against CTranslate2 with the same weights: ./run bench translate [--rounds N] [--only PART ...] [--trained MODEL]

Multi30k's test_2016_flickr (MULTI30K_DIR, else build/multi30k) is translated by

  fixed     a base model (6+6 layers, width 512, feed-forward 2048, vocabulary 32,000) with random weights; every hypothesis gets
            LENGTH tokens on both sides. Ends with the ratio of the best configurations with beam 4
  big       the same with width 1024, feed-forward 4096 and vocabulary 64,000, which no cache holds
  long      the base model on texts of 200, 500 and 1,000 tokens, as many in their translations
  natural   a base model that translates as MODEL does, one of docs/recipes/multi30k.yaml: translations end where they end
  marian    a base model in Marian's form with random weights, imported here from the .npz that Marian's own decoder reads, against
            that decoder, on each fourth line. Its search knows no shortest length, so that the model never ends a sentence, and
            each side makes RATIO tokens for each of the source

A first pass over a part of it finds each side's best configuration, then those alternate: medians of the rounds. Without --only,
all: natural where there is a MODEL, marian where there is pymarian. Needs a Python with ctranslate2, numpy and sentencepiece:
PEERS_PYTHON, or bench/peers/setup.sh; for marian pymarian, too, which --marian installs there.
"""

import argparse
import importlib.util
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

from peers.measured import DRAGOMAN, ROOT, Run, has_bf16, has_instructions, preloaded_tcmalloc, text
from peers.one_step_model import train_one_step
from serving.grown_model import NEVER, grow, read_tensors, write_tensors

PEER = ROOT / "bench/peers/ctranslate2_run.py"
MARIAN = ROOT / "bench/peers/marian_run.py"
# What its form asks of a network, and what its weights can be.
MARIAN_FORM = ("--positions-layout", "halves", "--sinusoids", "tensor2tensor", "--zero-start", "--norm-epsilon", "1e-6",
               "--output-bias")
MARIAN_TYPES = ("float32", "packed16", "packed8avx512" if has_instructions("avx512f") else "packed8avx2", "intgemm8")
LENGTH = 18
RATIO = 1.3  # of a translation's tokens to those of its source: 18 in the mean
VOCABULARY, LARGE_VOCABULARY = 32000, 64000
LONG = {200: 32, 500: 12, 1000: 6}  # tokens of a text, and how many there are
CORES = len(os.sched_getaffinity(0))


def make_texts(folder):
    lines = text("test_2016_flickr.en").splitlines(keepends=True)
    (folder / "all").write_bytes(b"".join(lines))
    (folder / "some").write_bytes(b"".join(lines[::4]))
    (folder / "few").write_bytes(b"".join(lines[::8]))
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


def make_forms(folder, precisions):
    """Of folder/fp32: the same in these precisions, and the peer's."""
    subprocess.run([DRAGOMAN, "export", "--quiet", "--model", folder / "fp32", "--output", folder / "exported"], check=True)
    for precision in precisions:
        subprocess.run([DRAGOMAN, "quantize", "--quiet", "--model", folder / "fp32", "--output", folder / precision,
                        "--precision", precision], check=True)


def make_random_model(folder, preset, precisions, vocabulary=VOCABULARY):
    make_texts(folder)
    train_one_step(folder, "fp32", preset, vocabulary)
    make_forms(folder, precisions)


def make_trained_model(folder, small):
    make_texts(folder)
    grow(DRAGOMAN, small, folder / "fp32")
    make_forms(folder, ("int8",))


def make_endless(model):
    tensors, config = read_tensors(model / "model.safetensors"), json.loads((model / "config.json").read_text())
    bias = tensors["output_bias"].copy()
    bias[config["eos_id"]] = NEVER
    write_tensors(model / "model.safetensors", {**tensors, "output_bias": bias})
    subprocess.run([DRAGOMAN, "seal", "--quiet", "--model", model], check=True)


def make_marian_model(folder):
    """As Marian has it, and imported from Marian's file: fp32 and int8."""
    make_texts(folder)
    train_one_step(folder, "trained", "base", VOCABULARY, *MARIAN_FORM)
    make_endless(folder / "trained")
    for command in (["export", "--model", folder / "trained", "--format", "marian", "--output", folder / "marian"],
                    ["import", folder / "marian", "--output", folder / "fp32"],
                    ["quantize", "--model", folder / "fp32", "--output", folder / "int8", "--precision", "int8"]):
        subprocess.run([DRAGOMAN, *command, "--quiet"], check=True)


def ours(folder, source, beam, precision, batch, extra=(), length=LENGTH):
    # The rate that the program prints leaves out the loading of the model, as the peer's does.
    lengths = ["--min-length", length, "--max-length", length] if length else []
    return Run([DRAGOMAN, "translate", "--model", folder / precision, "--input", folder / source, "--beam-size", beam,
                "--batch-size", batch, *lengths, *extra], r"\((\d+) tokens/s\)")


def theirs(folder, source, beam, kind, batch, inter, one_by_one=False, length=LENGTH):
    return Run([sys.executable, PEER, folder / "exported", folder / source, beam, kind, batch, inter, CORES // inter,
                length, *(["one"] if one_by_one else [])], r"(\d+) tokens/s", preloaded_tcmalloc())


def by_marian(folder, source, beam, kind, batch):
    return Run([sys.executable, MARIAN, folder / "marian", folder / source, beam, batch, CORES, RATIO, kind], r"(\d+) tokens/s",
               preloaded_tcmalloc())


def compare_marian(folder, rounds):
    """The best of each side, and both in fp32."""
    lengths = ("--max-length-ratio", RATIO, "--max-length-extra", 0, "--guard", "off")

    def mine(source, beam, precision, batch):
        return ours(folder, source, beam, precision, batch, lengths, length=0)

    def row(beam, our_way, their_way):
        compare(f"beam {beam}, {our_way[0]} {our_way[1]} / {their_way[0]} {their_way[1]}", rounds,
                lambda: mine("some", beam, *our_way), lambda: by_marian(folder, "some", beam, *their_way), "Marian")

    for beam in (4, 1):
        our_best = best({("int8", b): lambda b=b: mine("few", beam, "int8", b) for b in (32, 64)})
        their_best = best({(kind, b): lambda kind=kind, b=b: by_marian(folder, "few", beam, kind, b)
                           for kind in MARIAN_TYPES for b in (8, 16, 32)})
        row(beam, our_best, their_best)
        row(beam, ("fp32", our_best[1]), ("float32", their_best[1]))


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


def compare(label, rounds, ours_once, theirs_once, name="CTranslate2"):
    pairs = [(ours_once(), theirs_once()) for _ in range(rounds)]
    mine = statistics.median(pair[0].rate for pair in pairs)
    peer = statistics.median(pair[1].rate for pair in pairs)
    print(f"{label:42} dragoman {mine:7.0f} tok/s {max(p[0].memory for p in pairs):6.0f} MB   "
          f"{name} {peer:7.0f} tok/s {max(p[1].memory for p in pairs):6.0f} MB   ratio {mine / peer:.2f}", flush=True)
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
    parser.add_argument("--only", nargs="+", choices=("fixed", "big", "long", "natural", "marian"))
    parser.add_argument("--trained", type=pathlib.Path, metavar="MODEL")
    options = parser.parse_args()
    parts = options.only or ["fixed", "big", "long", "marian"] + (["natural"] if options.trained else [])
    if "natural" in parts and not options.trained:
        parser.error("natural needs --trained MODEL")
    if "marian" in parts and not importlib.util.find_spec("_pymarian"):
        print("marian is left out: there is no pymarian in this Python; bench/peers/setup.sh --marian installs it", flush=True)
        parts.remove("marian")
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
        if "marian" in parts:
            make_marian_model(folder / "marian")
            compare_marian(folder / "marian", options.rounds)
        if "fixed" in parts:
            make_random_model(folder / "fixed", "base", ["int8", "bf16"])
            print(f"ratio {fixed(folder / 'fixed', options.rounds):.2f}")


main()
