"""Speed of an imported model against the programs that it may come from: ./run bench homes [HOME ...] [--rounds N]

A MarianMT model of base shape (6+6 layers, width 512, feed-forward 2048, vocabulary 32,000) with random weights is imported, and
exported for the others. All translate each fourth line of Multi30k's
test_2016_flickr (MULTI30K_DIR, else build/multi30k): transformers in fp32,
CTranslate2 in int8, Marian in fp32, each with 32 and 64 sentences a batch, the better of the two. Every hypothesis gets LENGTH
tokens; Marian's search knows no shortest length, so it is its rate of tokens that counts. Medians of rounds in turn, loading left
out. Needs a Python with ctranslate2, sentencepiece, torch, transformers and pymarian; what is not there is left out.
PEERS_PYTHON, or bench/peers/setup.sh and pip.
"""

import argparse
import importlib.util
import io
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

import sentencepiece

from peers.measured import DRAGOMAN, ROOT, Run, preloaded_tcmalloc, text
from peers.random_models import hugging_face

LENGTH = 18
RATIO = 1.3  # of Marian: about as many tokens for each sentence
SHAPE = (6, 512, 2048, 8, 32_000)
CORES = len(os.sched_getaffinity(0))
PEERS = ROOT / "bench/peers"
BATCHES = (32, 64)


def tokenizer():
    """A joint SentencePiece model of Multi30k, and its pieces."""
    lines = (text("train.en") + text("train.de")).decode().splitlines()
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(sentence_iterator=iter(lines), model_writer=model, vocab_size=8000,
                                             eos_id=0, unk_id=1, bos_id=-1, pad_id=-1, minloglevel=2)
    processor = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
    return model.getvalue(), [processor.IdToPiece(i) for i in range(processor.GetPieceSize())]


def dragoman(*words):
    subprocess.run([DRAGOMAN, *map(str, words)], check=True)


def make_models(folder):
    lines = text("test_2016_flickr.en").splitlines(keepends=True)
    (folder / "all").write_bytes(b"".join(lines[::4]))
    (folder / "some").write_bytes(b"".join(lines[::16]))
    (folder / "home").mkdir()
    hugging_face(folder / "home", SHAPE, tokenizer())
    dragoman("import", folder / "home", "--output", folder / "fp32", "--quiet")
    dragoman("quantize", "--model", folder / "fp32", "--output", folder / "int8", "--precision", "int8", "--quiet")
    dragoman("export", "--model", folder / "fp32", "--format", "ctranslate2", "--output", folder / "ctranslate2", "--quiet")
    # Marian has other constants than transformers, which cost the same.
    shutil.copytree(folder / "fp32", folder / "positions")
    config = folder / "positions/config.json"
    facts = json.loads(config.read_text())
    config.write_text(json.dumps({**facts, "sinusoids": "tensor2tensor", "zero_start": True, "norm_epsilon": 1e-6}))
    dragoman("seal", "--model", folder / "positions", "--quiet")
    dragoman("export", "--model", folder / "positions", "--format", "marian", "--output", folder / "marian", "--quiet")


def ours(folder, source, beam, precision, batch):
    return Run([DRAGOMAN, "translate", "--model", folder / precision, "--input", folder / source, "--beam-size", beam,
                "--batch-size", batch, "--min-length", LENGTH, "--max-length", LENGTH], r"\((\d+) tokens/s\)")


def by_transformers(folder, source, beam, batch):
    return Run([sys.executable, PEERS / "transformers_run.py", folder / "home", folder / source, beam, batch, CORES,
                LENGTH], r"(\d+) tokens/s", preloaded_tcmalloc())


def by_ctranslate2(folder, source, beam, batch):
    return Run([sys.executable, PEERS / "ctranslate2_run.py", folder / "ctranslate2", folder / source, beam, "int8",
                batch, 1, CORES, LENGTH], r"(\d+) tokens/s", preloaded_tcmalloc())


def by_marian(folder, source, beam, batch):
    return Run([sys.executable, PEERS / "marian_run.py", folder / "marian", folder / source, beam, batch, CORES, RATIO],
               r"(\d+) tokens/s", preloaded_tcmalloc())


HOMES = {"transformers": ("fp32", by_transformers), "pymarian": ("fp32", by_marian),
         "ctranslate2": ("int8", by_ctranslate2)}


def best(runs):
    return max(runs, key=lambda batch: runs[batch]().rate)


def compare(folder, beam, name, rounds):
    precision, home = HOMES[name]
    mine = best({b: lambda b=b: ours(folder, "some", beam, precision, b) for b in BATCHES})
    theirs = best({b: lambda b=b: home(folder, "some", beam, b) for b in BATCHES})
    pairs = [(ours(folder, "all", beam, precision, mine).rate, home(folder, "all", beam, theirs).rate)
             for _ in range(rounds)]
    ratio = statistics.median(a for a, _ in pairs) / statistics.median(b for _, b in pairs)
    print(f"beam {beam}, {precision} {mine:3} / {name} {theirs:3}: dragoman {statistics.median(a for a, _ in pairs):6.0f} tok/s, "
          f"{name} {statistics.median(b for _, b in pairs):6.0f} tok/s, ratio {ratio:.2f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("homes", nargs="*", metavar="HOME", help=f"of {', '.join(HOMES)}; all unless named")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        make_models(folder)
        for beam in (4, 1):
            for home in options.homes or HOMES:
                if importlib.util.find_spec(home):
                    compare(folder, beam, home, options.rounds)
                else:
                    print(f"{home} is not installed", flush=True)


main()
