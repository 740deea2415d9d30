"""Metrics, with the numbers and signatures of sacreBLEU."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Optional, Union, cast

from dragoman import _dragoman
from dragoman._dragoman import Score
from dragoman._options import Value, texts_of
from dragoman._text import valid

References = Union[Sequence[str], Sequence[Sequence[Optional[str]]]]


def bleu(
    hypotheses: Iterable[str],
    references: References,
    *,
    tokenize: str = "13a",
    lowercase: bool = False,
    smooth_method: str = "exp",
    smooth_value: Optional[float] = None,
    sentences: bool = False,
    **options: Value,
) -> Score:
    """BLEU of detokenised translations. `references`: one for each, or several lists of them; None where one lacks.

    With `sentences`, the score has those of single sentences as well.
    """
    chosen: dict[str, Value] = {
        "tokenize": tokenize,
        "lowercase": lowercase,
        "smooth_method": smooth_method,
        "smooth_value": smooth_value,
    }
    return _score("bleu", hypotheses, references, sentences, {**chosen, **options})


def chrf(
    hypotheses: Iterable[str],
    references: References,
    *,
    char_order: int = 6,
    word_order: int = 0,
    beta: int = 2,
    lowercase: bool = False,
    whitespace: bool = False,
    eps_smoothing: bool = False,
    sentences: bool = False,
) -> Score:
    """chrF, or with `word_order=2` chrF++; arguments as those of bleu()."""
    chosen = {
        "chrf_char_order": char_order,
        "chrf_word_order": word_order,
        "chrf_beta": beta,
        "chrf_lowercase": lowercase,
        "chrf_whitespace": whitespace,
        "chrf_eps_smoothing": eps_smoothing,
    }
    return _score("chrf", hypotheses, references, sentences, chosen)


def ter(
    hypotheses: Iterable[str],
    references: References,
    *,
    normalized: bool = False,
    no_punct: bool = False,
    asian_support: bool = False,
    case_sensitive: bool = False,
    sentences: bool = False,
) -> Score:
    """TER; arguments as those of bleu(). Lower is better."""
    chosen = {
        "ter_normalized": normalized,
        "ter_no_punct": no_punct,
        "ter_asian_support": asian_support,
        "ter_case_sensitive": case_sensitive,
    }
    return _score("ter", hypotheses, references, sentences, chosen)


def evaluate(
    hypotheses: Iterable[str],
    references: References,
    metrics: Union[str, Sequence[str]] = "bleu",
    *,
    sentences: bool = False,
    **options: Value,
) -> list[Score]:
    """The scores of several metrics, of which `dragoman evaluate --help all` lists the options."""
    return _scores(hypotheses, references, sentences, {"metrics": metrics, **options})


def _score(
    metric: str, hypotheses: Iterable[str], references: References, sentences: bool, options: Mapping[str, Value]
) -> Score:
    return _scores(hypotheses, references, sentences, {"metrics": metric, **options})[0]


def _scores(
    hypotheses: Iterable[str], references: References, sentences: bool, options: Mapping[str, Value]
) -> list[Score]:
    if all(isinstance(one, str) for one in references):
        streams: Sequence[Sequence[Optional[str]]] = [cast(Sequence[str], references)]
    else:
        streams = references
    missing = any(reference is None for stream in streams for reference in stream)
    given = [[valid(reference or "") for reference in stream] for stream in streams]
    chosen = {**options, "missing_references": True} if missing else options
    return _dragoman.evaluate([valid(one) for one in hypotheses], given, texts_of(chosen), sentences)
