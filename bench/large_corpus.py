"""Memory of training on a large corpus: ./run bench large_corpus [--pairs N]

Writes a corpus of N generated pairs (10,000,000 unless told otherwise; some 1.7 GB in a temporary folder, as much again for its
ids), trains a small model for a few updates, stops it, and goes on with it. Prints what each run took, and at
the end the larger peak of memory, with model and optimiser (80 MB).
"""

import argparse
import pathlib
import random
import resource
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
DRAGOMAN = ROOT / "build/release/dragoman"
WORDS = 50_000


def words(generator, letters):
    """Pseudo-words of one language, the frequent ones short."""
    made = {}
    while len(made) < WORDS:
        made["".join(generator.choices(letters, k=2 + int(len(made) ** 0.2) + generator.randrange(4)))] = None
    return list(made)


def write_corpus(folder, pairs):
    generator = random.Random(1)
    sides = [words(generator, "etaoinshrdlu"), words(generator, "enisratdhulcg")]
    rank = [int(WORDS ** generator.random()) - 1 for _ in range(1 << 20)]  # Zipf's law
    with open(folder / "train.a", "w") as a, open(folder / "train.b", "w") as b:
        for _ in range(pairs):
            begin, length = generator.randrange(len(rank) - 40), 4 + int(generator.gammavariate(4, 2))
            sentence = rank[begin : begin + min(length, 40)]
            a.write(" ".join([sides[0][i] for i in sentence]) + "\n")
            b.write(" ".join([sides[1][i] for i in sentence]) + "\n")
    for side in "ab":
        lines = subprocess.run(["head", "-n", "20", folder / f"train.{side}"], check=True, stdout=subprocess.PIPE).stdout
        (folder / f"valid.{side}").write_bytes(lines)


def train(folder, steps):
    started = time.monotonic()
    subprocess.run(
        [DRAGOMAN, "train", "--preset", "tiny", "--model", folder / "model", "--max-steps", str(steps), "--vocab-size", "8000",
         "--tokenizer-algorithm", "unigram", "--batch-tokens", "4096", "--positions", "sinusoidal", "--accumulate", "1",
         "--train-source", folder / "train.a", "--train-target", folder / "train.b",
         "--valid-source", folder / "valid.a", "--valid-target", folder / "valid.b", "--valid-interval", "1000000",
         "--subword-sampling", "0.2", "--average", "none", "--quiet"],
        check=True, stderr=sys.stdout,
    )
    print(f"{steps} updates in all: {time.monotonic() - started:.0f} s", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=10_000_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        write_corpus(folder, options.pairs)
        size = sum((folder / f"train.{side}").stat().st_size for side in "ab") / 1e6
        print(f"{options.pairs} pairs, {size:.0f} MB of text", flush=True)
        train(folder, 20)
        train(folder, 30)
    print(f"peak {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000:.0f} MB")


main()
