"""How often the language of a text is told: ./run bench languages

Of Multi30k's test_2016_flickr (MULTI30K_DIR, else build/multi30k) in English, German and French: the lines, their first
six and three words, and 1,000 of their words (of three letters or more, each once), told apart from one another and
among twelve languages. Beside each share that is right: the mean confidence, which should be that share, and what CLD2
tells by itself, with the languages as its hint (of which it takes four) and its best effort. The last line is the share
of right answers for three words of three languages, divided by CLD2's.
"""

import gzip
import os
import pathlib
import random
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "build/release/bench/detected_languages"
FOLDER = pathlib.Path(os.environ.get("MULTI30K_DIR", ROOT / "build/multi30k"))
THREE = ["en", "de", "fr"]
TWELVE = [*THREE, "es", "it", "pt", "nl", "sv", "pl", "da", "fi", "cs"]


def lines_of(language):
    path = FOLDER / f"test_2016_flickr.{language}"
    opened = open(path, encoding="utf-8") if path.exists() else gzip.open(f"{path}.gz", "rt", encoding="utf-8")
    with opened as file:
        return file.read().splitlines()


def words_of(lines):
    words = sorted({word for line in lines for word in re.findall(r"[^\W\d_]{3,}", line)})
    return random.Random(1).sample(words, 1000)


def told(lines, codes):
    output = subprocess.run([PROGRAM, *codes], input="".join(line + "\n" for line in lines), check=True,
                            capture_output=True, encoding="utf-8").stdout.splitlines()
    return [row.split() for row in output[:-1]], float(output[-1].split()[1])


def main():
    texts = {language: lines_of(language) for language in THREE}
    kinds = {"lines": lambda lines: lines,
             "6 words": lambda lines: [" ".join(line.split()[:6]) for line in lines],
             "3 words": lambda lines: [" ".join(line.split()[:3]) for line in lines],
             "1 word": words_of}
    print(f"{'':22}{'en':>7}{'de':>7}{'fr':>7}{'mean':>7}{'confidence':>12}{'CLD2':>7}{'µs a text':>11}")
    ratio = 0
    for codes in (THREE, TWELVE):
        for kind, parts in kinds.items():
            right, theirs, confidences, times = [], [], [], []
            for language in THREE:
                rows, time = told(parts(texts[language]), codes)
                right.append(100 * sum(row[0] == language for row in rows) / len(rows))
                theirs.append(100 * sum(row[2] == language for row in rows) / len(rows))
                confidences.append(sum(float(row[1]) for row in rows) / len(rows))
                times.append(time)
            mean, cld = sum(right) / 3, sum(theirs) / 3
            print(f"{kind + ' of ' + str(len(codes)):22}" + "".join(f"{share:7.1f}" for share in [*right, mean]) +
                  f"{sum(confidences) / 3:12.1f}{cld:7.1f}{sum(times) / 3:11.0f}")
            if kind == "3 words" and codes is THREE:
                ratio = mean / cld
    print(f"ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
