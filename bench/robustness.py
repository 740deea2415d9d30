"""What models make of text that is not as it should be: ./run bench robustness MODEL [MODEL ...] [--beam N]

Multi30k's test_2016_flickr (MULTI30K_DIR, else build/multi30k) from English into German, and the same with: typos in a tenth of the
words, a tenth of the words dropped, no capitals, all capitals, a capital for each word, no punctuation at the end, two and three
sentences on a line. Where the change is one of the text and not a fault, the reference is changed alike. Prints BLEU of each; the
first model is the one that others are compared with.
"""

import argparse
import json
import pathlib
import random
import subprocess
import tempfile

from peers.measured import DRAGOMAN, text


def typo(word, generator):
    """A letter lost, doubled, exchanged with the next, or another one."""
    place, kind = generator.randrange(len(word)), generator.randrange(4)
    if kind == 0 and len(word) > 1:
        return word[:place] + word[place + 1:]
    if kind == 1:
        return word[:place] + word[place] + word[place:]
    if kind == 2 and place + 1 < len(word):
        return word[:place] + word[place + 1] + word[place] + word[place + 2:]
    return word[:place] + generator.choice("abcdefghijklmnopqrstuvwxyz") + word[place + 1:]


def by_word(change):
    def changed(lines):
        generator = random.Random(1)
        return [" ".join(word for word in (change(word, generator) for word in line.split(" ")) if word) or line for line in lines]
    return changed


def by_line(change):
    return lambda lines: [change(line) for line in lines]


def joined(count):
    return lambda lines: [" ".join(lines[i:i + count]) for i in range(0, len(lines) - len(lines) % count, count)]


def without_end(line):
    return line.rstrip(".!?… ") or line


def title(line):
    return " ".join(word[:1].upper() + word[1:] for word in line.split(" "))


SAME = by_line(lambda line: line)
# How the source is changed, and how the reference.
CHANGES = {
    "clean": (SAME, SAME),
    "typos in a tenth of the words": (by_word(lambda word, chance: typo(word, chance) if chance.random() < 0.1 else word), SAME),
    "a tenth of the words dropped": (by_word(lambda word, chance: "" if chance.random() < 0.1 else word), SAME),
    "no capitals": (by_line(str.lower), SAME),
    "all capitals": (by_line(str.upper), by_line(str.upper)),
    "a capital for each word": (by_line(title), by_line(title)),
    "no punctuation at the end": (by_line(without_end), by_line(without_end)),
    "two sentences on a line": (joined(2), joined(2)),
    "three sentences on a line": (joined(3), joined(3)),
}


def bleu(model, folder, beam):
    run = subprocess.run([DRAGOMAN, "evaluate", "--model", model, "--source", folder / "source", "--reference", folder / "reference",
                          "--beam-size", beam, "--split-sentences", "off", "--format", "json", "--quiet"],
                         check=True, capture_output=True, text=True)
    return json.loads(run.stdout)["score"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="+")
    parser.add_argument("--beam", default="5")
    options = parser.parse_args()
    sources, references = (text(f"test_2016_flickr.{language}").decode().splitlines() for language in ("en", "de"))
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for label, (of_source, of_reference) in CHANGES.items():
            (folder / "source").write_text("".join(line + "\n" for line in of_source(sources)))
            (folder / "reference").write_text("".join(line + "\n" for line in of_reference(references)))
            scores = [bleu(model, folder, options.beam) for model in options.models]
            print(f"{label:32}" + "".join(f"{score:8.2f}" for score in scores)
                  + "".join(f"  {score - scores[0]:+.2f}" for score in scores[1:]), flush=True)


if __name__ == "__main__":
    main()
