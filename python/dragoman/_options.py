"""From keyword arguments to the options of the program."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Union

Value = Union[str, "os.PathLike[str]", bool, int, float, Iterable[Union[str, "os.PathLike[str]", int, float]], None]


def texts_of(options: Mapping[str, Value]) -> list[tuple[str, list[str]]]:
    """Names and values as text; what is None is left out."""
    return [(name.replace("_", "-"), _values(name, value)) for name, value in options.items() if value is not None]


def _values(name: str, value: Value) -> list[str]:
    if isinstance(value, Iterable) and not isinstance(value, (str, bytes)):
        return [_text(name, item) for item in value]
    return [_text(name, value)]


def _text(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, (str, os.PathLike)):
        return os.fsdecode(value)
    raise TypeError(f"{name}: {value!r} is no option's value; give text, a path, a number, a bool or a list of them")
