"""A small model, trained once for all tests, and the program to compare with."""

import functools
import os
import pathlib
import subprocess
import tempfile

import dragoman

_FOLDER = tempfile.TemporaryDirectory(prefix="dragoman-tests-")
FOLDER = pathlib.Path(_FOLDER.name)
PROGRAM = os.environ["DRAGOMAN"]
RECIPE = {
    "encoder_layers": 1,
    "decoder_layers": 1,
    "width": 64,
    "feed_forward_width": 128,
    "heads": 2,
    "vocab_size": 300,
    "learning_rate": 0.01,
    "warmup_steps": 20,
    "valid_interval": 250,
    "valid_beam_size": 1,
    "threads": 1,
    "precision": "fp32",
}


@functools.cache
def corpus() -> pathlib.Path:
    """The folder of the demo corpus' files: train.en, train.de, …"""
    subprocess.run([os.environ["DEMO_CORPUS_GENERATOR"], FOLDER / "corpus"], check=True, capture_output=True)
    return FOLDER / "corpus"


def lines(name: str) -> list[str]:
    return (corpus() / name).read_text(encoding="utf-8").splitlines()


def files() -> dict[str, pathlib.Path]:
    return {
        "train_source": corpus() / "train.en",
        "train_target": corpus() / "train.de",
        "valid_source": corpus() / "valid.en",
        "valid_target": corpus() / "valid.de",
    }


@functools.cache
def model() -> str:
    """A model directory, trained by Python's function."""
    path = FOLDER / "model"
    assert dragoman.train(model=path, max_steps=500, **files(), **RECIPE)
    return str(path)


def program(*arguments: object, text: str = "") -> str:
    """What `dragoman` prints."""
    done = subprocess.run(
        [PROGRAM, *map(str, arguments)], input=text, capture_output=True, text=True, encoding="utf-8", check=True
    )
    return done.stdout
