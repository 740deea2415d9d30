"""Translates a text file on all nodes of a Ray cluster, line by line.

    python translate.py --model MODEL --input TEXT --output FOLDER [--actors N] [--cpus N]

FOLDER gets parquet files with the columns `number` (of the line, from 1), `source` and `translation`. MODEL and TEXT are
paths on each node. Each actor has a model of its own and translates whole ranges of lines; what a killed one had is done
again by another.
"""

import argparse
import collections.abc
import pathlib

import dragoman
import ray


def ranges_of(path: str, lines: int) -> collections.abc.Iterator[dict[str, int]]:
    """Where so many lines begin and end, in bytes, and the number of the first, from 1."""
    begin, number, end, seen = 0, 1, 0, 0
    with open(path, "rb") as file:
        for line in file:
            end += len(line)
            seen += 1
            if seen == lines:
                yield {"begin": begin, "end": end, "number": number}
                begin, number, seen = end, number + seen, 0
    if seen:
        yield {"begin": begin, "end": end, "number": number}


class RangeTranslator:
    """An actor: a model that is loaded once."""

    def __init__(self, path: str, model: str, threads: int, options: dict) -> None:
        self._path = path
        self._options = options
        self._translator = dragoman.Translator(model, threads=threads)

    def __call__(self, batch: dict) -> collections.abc.Iterator[dict]:
        for begin, end, number in zip(batch["begin"], batch["end"], batch["number"]):
            with open(self._path, "rb") as file:
                file.seek(begin)
                text = file.read(int(end) - int(begin)).decode("utf-8", "replace")
            lines = text.removesuffix("\n").split("\n")
            translations = self._translator.translate(lines, **self._options)
            yield {
                "number": [int(number) + i for i in range(len(lines))],
                "source": lines,
                "translation": [translation.text for translation in translations],
            }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("--model", "--input", "--output"):
        parser.add_argument(name, required=True)
    parser.add_argument("--actors", type=int, default=1)
    parser.add_argument("--cpus", type=int, default=1, help="of an actor, which has as many threads")
    parser.add_argument("--lines", type=int, default=4096, help="of a range")
    parser.add_argument("--beam-size", type=int)
    chosen = parser.parse_args()

    path, model = (str(pathlib.Path(one).absolute()) for one in (chosen.input, chosen.model))
    options = {"beam_size": chosen.beam_size} if chosen.beam_size else {}
    ranges = list(ranges_of(path, chosen.lines))
    rows = ray.data.from_items(ranges, override_num_blocks=max(1, len(ranges))).map_batches(
        RangeTranslator,
        fn_constructor_args=(path, model, chosen.cpus, options),
        batch_size=1,
        # What writes must find a place beside the actors, or they wait for each other.
        num_cpus=chosen.cpus - 0.5,
        concurrency=chosen.actors,
    )
    rows.write_parquet(str(pathlib.Path(chosen.output).absolute()), ray_remote_args={"num_cpus": 0.25})


if __name__ == "__main__":
    main()
