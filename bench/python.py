"""Speed of Python's module against CTranslate2's with the same weights: ./run bench python --trained MODEL [--rounds N]

Multi30k's test_2016_flickr (MULTI30K_DIR, else build/multi30k) is translated by each module in a process of its own, from a list of
raw lines to a list of texts, with beam 4 in int8 by a base model that translates as MODEL does, one of docs/recipes/multi30k.yaml. The
program does the same for comparison. Medians of alternating rounds; what is loaded before is not counted. Needs a Python with
dragoman (./run wheel), ctranslate2, numpy and sentencepiece: PEERS_PYTHON.
"""

import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

from peers.measured import DRAGOMAN, ROOT, preloaded_tcmalloc, text
from serving.grown_model import grow

CORES = len(os.sched_getaffinity(0))


def dragoman_seconds(folder, lines):
    import dragoman

    translator = dragoman.Translator(folder / "int8", threads=CORES)
    translator.translate(lines[:64], beam_size=4)
    begin = time.perf_counter()
    texts = [found.text for found in translator.translate(lines, beam_size=4)]
    return time.perf_counter() - begin, texts


def ctranslate2_seconds(folder, lines):
    import ctranslate2
    import sentencepiece

    pieces = sentencepiece.SentencePieceProcessor(model_file=str(folder / "exported/tokenizer.spm"))
    translator = ctranslate2.Translator(
        str(folder / "exported"), device="cpu", compute_type="int8", inter_threads=CORES, intra_threads=1
    )

    def translate(some):
        tokens = pieces.encode(some, out_type=str)
        found = translator.translate_batch(tokens, beam_size=4, max_batch_size=32)
        return [pieces.decode(one.hypotheses[0]) for one in found]

    translate(lines[:64])
    begin = time.perf_counter()
    texts = translate(lines)
    return time.perf_counter() - begin, texts


def program_seconds(folder, lines):
    words = [DRAGOMAN, "translate", "--quiet", "--model", folder / "int8", "--beam-size", "4", "--threads", str(CORES)]

    def once(some):
        begin = time.perf_counter()
        done = subprocess.run(words, input="\n".join(some) + "\n", capture_output=True, check=True, text=True)
        return time.perf_counter() - begin, done.stdout.splitlines()

    start, _ = once(lines[:1])
    seconds, texts = once(lines)
    return seconds - start, texts


SIDES = {"dragoman": dragoman_seconds, "ctranslate2": ctranslate2_seconds, "program": program_seconds}


def measured(side, folder):
    """Seconds, and what it has translated."""
    words = [sys.executable, __file__, "--side", side, "--folder", folder]
    environment = {**os.environ, **(preloaded_tcmalloc() if side != "program" else {})}
    done = subprocess.run(words, capture_output=True, check=True, text=True, env=environment)
    seconds, _, texts = done.stdout.partition("\n")
    return float(seconds), texts


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--trained", type=pathlib.Path, metavar="MODEL")
    parser.add_argument("--side", choices=SIDES, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=pathlib.Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.side:
        seconds, texts = SIDES[options.side](options.folder, text("test_2016_flickr.en").decode().splitlines())
        print(seconds, *texts, sep="\n")
        return
    if not options.trained:
        parser.error("--trained MODEL is needed")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        grow(DRAGOMAN, options.trained, folder / "fp32")
        for words in (("export", "--output", folder / "exported"),
                      ("quantize", "--output", folder / "int8", "--precision", "int8")):
            subprocess.run([DRAGOMAN, *words, "--quiet", "--model", folder / "fp32"], check=True)
        rounds = [{side: measured(side, folder) for side in SIDES} for _ in range(options.rounds)]
    lines = len(text("test_2016_flickr.en").splitlines())
    for side in SIDES:
        rate = statistics.median(lines / one[side][0] for one in rounds)
        ratio = statistics.median(one[side][0] / one["dragoman"][0] for one in rounds)
        print(f"{side:12} {rate:6.0f} lines/s   the module is {ratio:.2f} times as fast")
    same = all(one["dragoman"][1] == one["program"][1] for one in rounds)
    print("module and program: the same text" if same else "module and program DIFFER")
    print(f"ratio {statistics.median(one['ctranslate2'][0] / one['dragoman'][0] for one in rounds):.2f}")


main()
