"""A model of one training step on Multi30k, whose weights are as good as random: its speed is that of any other of its shape."""

import random
import subprocess

from peers.measured import DRAGOMAN, text

WORDS = 120_000  # besides those of Multi30k, from which a large vocabulary cannot be learned


def random_words():
    """Lines of words that nobody speaks."""
    generator = random.Random(1)
    letters = "abcdefghijklmnopqrstuvwxyz"
    return "".join("".join(generator.choices(letters, k=generator.randint(4, 9))) + ("\n" if i % 12 == 11 else " ")
                   for i in range(WORDS)).encode()


def make_training_texts(folder, more=b""):
    """Writes train.en and train.de with so much behind them, and val.en and val.de of two lines."""
    for name in ("train.en", "train.de"):
        (folder / name).write_bytes(text(name) + more)
    for name in ("val.en", "val.de"):  # only there because training wants one
        (folder / name).write_bytes(b"\n".join(text(name).split(b"\n")[:2]) + b"\n")


def train(folder, name, *options):
    """Trains the model directory folder/name on the texts there."""
    subprocess.run(
        [DRAGOMAN, "train", "--quiet", "--model", folder / name, "--train-source", folder / "train.en", "--train-target",
         folder / "train.de", "--valid-source", folder / "val.en", "--valid-target", folder / "val.de",
         "--valid-beam-size", "1", "--average", "none", *map(str, options)], check=True)


def train_one_step(folder, name, preset, vocabulary, *options):
    """Writes the texts and the model directory folder/name; options: of `dragoman train`, about the network."""
    make_training_texts(folder, random_words() if vocabulary > 32_000 else b"")
    train(folder, name, "--preset", preset, "--positions", "sinusoidal", "--vocab-size", vocabulary, "--tokenizer-algorithm",
          "bpe", "--batch-tokens", "64", "--max-steps", "1", *options)
