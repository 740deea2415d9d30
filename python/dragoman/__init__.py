"""Machine translation: trains, translates, and scores by BLEU, chrF and TER, as the program `dragoman` does.

Options are those of the program, with `_` for `-`: `beam_size=4` is `--beam-size 4`, `guard="off"` is `--guard off`,
a flag is True or False, a list is a list. `dragoman translate --help all` tells what each does. What is wrong with
them is a ValueError, what fails a RuntimeError; Ctrl-C ends a call soon.
"""

from dragoman._dragoman import FoundTerm, Output, Score, TrainProgress, Word
from dragoman._dragoman import version as _version
from dragoman._evaluation import bleu, chrf, evaluate, ter
from dragoman._training import train
from dragoman._translation import Line, Translation, Translator

__version__ = _version()

__all__ = [
    "FoundTerm",
    "Line",
    "Output",
    "Score",
    "TrainProgress",
    "Translation",
    "Translator",
    "Word",
    "bleu",
    "chrf",
    "evaluate",
    "ter",
    "train",
]
