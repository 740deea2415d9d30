"""Lines of several sentences: ./run bench sentences MODEL SOURCE REFERENCE [--lines 300]

Joins the first sentences of a test set, 2, 3, 5 and 10 a line, and translates them with --split-sentences off and on. BLEU is that
of joined references; "one by one" has the same sentences translated alone, and joined then. With --ended only lines with a mark at
their end are taken: where the others end nobody sees once they are joined. Below: what splitting changes in the test set as it is.

The last line is BLEU with 10 a line and `on`, divided by that of one by one.
"""

import argparse
import gzip
import pathlib
import subprocess
import tempfile

from peers.measured import DRAGOMAN

JOINED = (1, 2, 3, 5, 10)


def lines_of(path):
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else open(path, encoding="utf-8") as file:
        return [line.rstrip("\n") for line in file]


def joined(lines, count):
    return [" ".join(lines[i:i + count]) for i in range(0, len(lines), count)]


class Bench:
    def __init__(self, model, folder):
        self.model, self.folder = model, folder

    def file(self, name, lines):
        path = self.folder / name
        path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
        return path

    def translate(self, lines, way):
        command = [DRAGOMAN, "translate", "--quiet", "--model", self.model, "--split-sentences", way]
        source = self.file("source", lines)
        output = subprocess.run([*command, "--input", source], check=True, capture_output=True, encoding="utf-8").stdout
        return output.split("\n")[:-1]

    def bleu(self, hypotheses, references):
        command = [DRAGOMAN, "evaluate", "--quiet", "--score-only", "--hypothesis", self.file("hypotheses", hypotheses),
                   "--reference", self.file("references", references)]
        return float(subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("source", type=pathlib.Path)
    parser.add_argument("reference", type=pathlib.Path)
    parser.add_argument("--lines", type=int, default=300)
    parser.add_argument("--ended", action="store_true", help="take only lines that end with a full stop or the like")
    options = parser.parse_args()
    sources, references = lines_of(options.source), lines_of(options.reference)
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(options.model, pathlib.Path(folder))
        pairs = [pair for pair in zip(sources, references) if not options.ended or pair[0].endswith((".", "!", "?"))]
        some, some_references = zip(*pairs[:options.lines])
        alone = bench.translate(some, "off")
        print("sentences a line  one by one    off     on")
        for count in JOINED:
            expected = joined(some_references, count)
            one_by_one = bench.bleu(joined(alone, count), expected)
            off, on = (bench.bleu(bench.translate(joined(some, count), way), expected) for way in ("off", "on"))
            print(f"{count:16}  {one_by_one:10.2f} {off:6.2f} {on:6.2f}", flush=True)

        whole, split = bench.translate(sources, "off"), bench.translate(sources, "on")
        changed = sum(one != other for one, other in zip(whole, split))
        print(f"as it is: BLEU {bench.bleu(whole, references):.2f} off, {bench.bleu(split, references):.2f} on; "
              f"{changed} of {len(sources)} lines differ")
        print(f"ratio {on / one_by_one:.2f}")


if __name__ == "__main__":
    main()
