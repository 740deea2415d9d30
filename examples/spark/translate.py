"""Translates a text file on all executors of a Spark cluster, line by line.

    spark-submit --py-files dragoman_worker.py translate.py --model MODEL --input TEXT --output FOLDER

FOLDER gets parquet files with the columns `number` (of the line, from 1), `source` and `translation`; with `--text`,
files of translations alone, in order of their names. MODEL is a path on each executor. Each of its Python workers has a
model of its own, with `--threads` threads: as many as `spark.task.cpus`.
"""

import argparse
import itertools

import dragoman_worker
from pyspark.sql import SparkSession


def translate_rows(rows, model, threads, options):
    """(line, index) of a partition to (number, line, translation), in order."""
    kept, texts = itertools.tee(rows)
    translations = dragoman_worker.translator(model, threads).stream((row.value for row, _ in texts), **options)
    for (row, index), translation in zip(kept, translations):
        yield index + 1, row.value, translation.text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("--model", "--input", "--output"):
        parser.add_argument(name, required=True)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--partitions", type=int, help="of the input; by default as Spark splits it")
    parser.add_argument("--beam-size", type=int)
    parser.add_argument("--text", action="store_true")
    chosen = parser.parse_args()

    spark = SparkSession.builder.appName("dragoman").getOrCreate()
    # Spark's own line ends are three; a line of ours ends with a line feed alone.
    lines = spark.read.text(chosen.input, lineSep="\n").rdd
    if chosen.partitions:
        # Before the lines have numbers, and without a shuffle that would mix them.
        numbered = lines.zipWithIndex().sortBy(lambda pair: pair[1], numPartitions=chosen.partitions)
    else:
        numbered = lines.zipWithIndex()
    options = {"beam_size": chosen.beam_size} if chosen.beam_size else {}
    model, threads = chosen.model, chosen.threads
    rows = numbered.mapPartitions(lambda part: translate_rows(part, model, threads, options))
    if chosen.text:
        rows.map(lambda row: row[2]).saveAsTextFile(chosen.output)
    else:
        rows.toDF("number long, source string, translation string").write.parquet(chosen.output)
    spark.stop()


if __name__ == "__main__":
    main()
