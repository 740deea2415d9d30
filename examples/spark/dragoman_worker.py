"""What a Python worker of Spark keeps from one task to the next."""

import functools

import dragoman


@functools.cache
def translator(model: str, threads: int) -> dragoman.Translator:
    return dragoman.Translator(model, threads=threads)
