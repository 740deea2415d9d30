"""Training."""

from __future__ import annotations

from collections.abc import Callable
from typing import Optional

from dragoman import _dragoman
from dragoman._dragoman import TrainProgress
from dragoman._options import Value, texts_of


def train(
    *,
    progress: Optional[Callable[[TrainProgress], object]] = None,
    notice: Optional[Callable[[str], object]] = None,
    **options: Value,
) -> bool:
    """Trains a model as `dragoman train` does, or goes on with one that was stopped: the same options again.

    `progress` hears of each update, `notice` of what is chosen and measured, line by line. If one of them returns False
    or raises, or at Ctrl-C, the training ends with its state saved. Returns whether it came to its end.

        dragoman.train(model="en-de", train_source="train.en", train_target="train.de", config="recipe.yaml")
    """
    return _dragoman.train(texts_of(options), progress, notice)
