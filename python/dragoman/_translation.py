"""Models that translate."""

from __future__ import annotations

import itertools
import logging
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NoReturn, Optional, Union, overload

from dragoman import _dragoman
from dragoman._dragoman import FoundTerm, Output, Word
from dragoman._options import Value, texts_of
from dragoman._text import valid

Path = Union[str, "os.PathLike[str]"]

_LOGGER = logging.getLogger("dragoman")


@dataclass(frozen=True)
class Line:
    """A line to be translated, and what is asked for it alone."""

    text: str
    prefix: str = ""
    """What the translation begins with."""
    terms: Mapping[str, Union[str, Sequence[str], None]] = field(default_factory=dict)
    """Terms and their translations, one or several that are allowed; None: the term stays as it is."""
    source_lang: str = ""
    target_lang: str = ""


@dataclass(frozen=True)
class Translation:
    """What became of one line."""

    outputs: Sequence[Output]
    """The translations, best first: one, or as many as `n_best` or `alternatives` ask for."""
    terms: Sequence[FoundTerm]
    """The line's terms, and whether the best translation has them."""
    via: str
    """What the first of two models made of the line."""
    redone: bool
    """Whether a first attempt looped or stopped short, and this one is better."""

    @property
    def text(self) -> str:
        """The best translation."""
        return self.outputs[0].text

    @property
    def score(self) -> float:
        """Its log-probability, normalised by length."""
        return self.outputs[0].score

    @property
    def tokens(self) -> list[str]:
        """The pieces that it is made of."""
        return self.outputs[0].tokens

    @property
    def alignment(self) -> list[tuple[int, int]]:
        """With `alignment=True`: words of line and translation that belong together, counted from 0."""
        return self.outputs[0].alignment

    @property
    def quality(self) -> Optional[float]:
        """With `quality=True`: what is to be expected as sentence chrF, 0 to 100."""
        return self.outputs[0].quality

    def __str__(self) -> str:
        return self.text


class Translator:
    """A model, or several that search together, loaded once. Threads may share it; other processes may not.

    Options are those of all calls. `precision`, `device`, `threads`, `shortlist` and `via` are chosen here, all others
    may be given to a call as well. `notice` gets what is unusual, line by line; by default the logger "dragoman" does.
    """

    def __init__(
        self,
        model: Union[Path, Sequence[Path]],
        *,
        notice: Optional[Callable[[str], object]] = _LOGGER.warning,
        **options: Value,
    ) -> None:
        models = [model] if isinstance(model, (str, os.PathLike)) else list(model)
        self._translator = _dragoman.Translator([os.fspath(one) for one in models], texts_of(options), notice)

    # A text is a sequence of texts, too, but the first of these is meant then.
    @overload
    def translate(self, lines: Union[str, Line], **options: Value) -> Translation: ...  # type: ignore[overload-overlap]

    @overload
    def translate(self, lines: Iterable[Union[str, Line]], **options: Value) -> list[Translation]: ...

    def translate(
        self, lines: Union[str, Line, Iterable[Union[str, Line]]], **options: Value
    ) -> Union[Translation, list[Translation]]:
        """Of one line its translation; of several a list, in order."""
        if isinstance(lines, (str, Line)):
            return self._translate([lines], options)[0]
        return list(self._blocks(lines, 16, options))

    def stream(self, lines: Iterable[Union[str, Line]], **options: Value) -> Iterator[Translation]:
        """The translations of any number of lines, in order, of which a few thousand are in memory at once."""
        return self._blocks(lines, 1, options)

    def score(self, sources: Iterable[str], targets: Iterable[str], **options: Value) -> list[Output]:
        """The model's scores of translations that are there already: of each pair the output's score and tokens."""
        return self._translator.score(_texts(sources), _texts(targets), texts_of(options))

    @property
    def fingerprint(self) -> str:
        """What tells the model's weights from others."""
        return self._translator.fingerprint

    @property
    def closed(self) -> bool:
        return self._translator.closed

    def close(self) -> None:
        """Gives the model's memory back; to translate is an error from now on."""
        self._translator.close()

    def __enter__(self) -> Translator:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Translator cannot be sent to another process; make one there, of the same model")

    def _blocks(self, lines: Iterable[Union[str, Line]], size: int, options: Mapping[str, Value]) -> Iterator[Translation]:
        rest = iter(lines)
        while block := list(itertools.islice(rest, size * self._translator.lines_at_once)):
            yield from self._translate(block, options)

    def _translate(self, lines: Sequence[Union[str, Line]], options: Mapping[str, Value]) -> list[Translation]:
        asked = [_asked(line) for line in lines]
        return [
            Translation(found.outputs, found.terms, found.via, found.redone)
            for found in self._translator.translate(asked, texts_of(options))
        ]


def _asked(line: Union[str, Line]) -> _dragoman.Line:
    if isinstance(line, str):
        line = Line(line)
    if not isinstance(line, Line):
        raise TypeError(f"{line!r} is no line; give text or a dragoman.Line")
    terms = [_dragoman.Term(source, _targets(targets)) for source, targets in line.terms.items()]
    return _dragoman.Line(valid(line.text), valid(line.prefix), terms, line.source_lang, line.target_lang)


def _targets(targets: Union[str, Sequence[str], None]) -> list[str]:
    if targets is None:
        return []
    return [targets] if isinstance(targets, str) else list(targets)


def _texts(lines: Iterable[str]) -> list[str]:
    if isinstance(lines, str):
        raise TypeError("give a list of lines, rather than one text")
    return [valid(line) for line in lines]
