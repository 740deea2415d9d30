"""What the options of a search cost and do: ./run bench choices --model DIR [--rounds N] [ROW ...]

All translate Multi30k's test_2016_flickr (MULTI30K_DIR, else build/multi30k) from English into German with the model, which the
caller has trained, as docs/recipes/multi30k.yaml says. Each row is a whole process; its time is the median over rounds in turn,
as a ratio to that of the plain row, the start of the program taken off both. Terms are made from the training text: words of
the line's reference that go with words of the line (by the Dice coefficient), or other nouns: what translators of the training
text say where they do not say the usual noun, unless it goes with another word still better. The rest of a translation is what is
left without the terms, and without whatever else could stand for the same words: its chrF is that of both texts without them, to
be compared with that of the plain translations; of all lines, and of those that have terms.
"""

import argparse
import collections
import json
import pathlib
import random
import re
import statistics
import subprocess
import tempfile
import time

from peers.measured import DRAGOMAN, text

WORD = re.compile(r"\w+")


def words(line):
    return WORD.findall(line)


class Lexicon:
    """Which words of the two languages go together, and which other noun may stand for a word."""

    def __init__(self):
        self.ones, self.others, self.pairs = collections.Counter(), collections.Counter(), collections.Counter()
        lines = [({w.lower() for w in words(one)}, set(words(other)))
                 for one, other in zip(text("train.en").decode().splitlines(), text("train.de").decode().splitlines())]
        for ones, others in lines:
            self.ones.update(ones)
            self.others.update(others)
            self.pairs.update((a, b) for a in ones for b in others)
        self.best, self.own_word = collections.defaultdict(list), {}
        for (a, b), count in self.pairs.items():
            dice = 2 * count / (self.ones[a] + self.others[b])
            if count > 2 and dice > 0.1:
                self.best[a].append((dice, b))
                self.own_word[b] = max(self.own_word.get(b, (0, "")), (dice, a))
        for found in self.best.values():
            found.sort(reverse=True)
        self.other_noun = self.find_other_nouns(lines)

    def is_noun(self, word):
        return word[0].isupper() and 20 * self.others[word.lower()] < self.others[word]

    def find_other_nouns(self, lines):
        """Of each word, what stands most often where its usual noun does not, unless it is that noun in another form, or goes
        best with another word, as "Mann" is not what a shirt is called where it has no word of its own."""
        unusual, instead = collections.Counter(), collections.Counter()
        for ones, others in lines:
            for a in ones:
                if a in self.best and self.best[a][0][1] not in others:
                    unusual[a] += 1
                    instead.update((a, b) for _, b in self.best[a][1:8] if b in others)
        nouns = {}
        for a, count in unusual.items():
            (dice_of_usual, usual), *others = self.best[a][:8]
            if count < 5 or dice_of_usual < 0.4 or not self.is_noun(usual):
                continue
            found = [(instead[a, b] / count, b) for dice, b in others
                     if self.is_noun(b) and dice > 0.2 * dice_of_usual and b[:4].lower() != usual[:4].lower()
                     and self.own_word[b][1] == a]
            if found and max(found)[0] > 0.15:
                nouns[a] = max(found)[1]
        return nouns


def requests(lexicon, sources, references, plausible):
    """JSON lines with up to two terms each, of the rarest words that have one."""
    lines = []
    for source, reference in zip(sources, references):
        terms = {}
        of_reference = set(words(reference))
        for word in sorted(set(words(source)), key=lambda w: (lexicon.ones[w.lower()], w)):
            found = lexicon.best.get(word.lower(), [])
            if plausible:
                other = lexicon.other_noun.get(word.lower())
                fit = [other] if other and other not in of_reference else []
            else:
                fit = [b for _, b in found if b in of_reference]
            # What comes twice would have to be translated so twice.
            fit = [b for b in fit if b not in terms.values()]
            if fit and len(terms) < 2 and words(source.lower()).count(word.lower()) == 1:
                terms[word] = fit[0]
        lines.append(json.dumps({"text": source, "terms": terms}, ensure_ascii=False))
    return lines


def without_terms(lexicon, lines, of_terms):
    """The words of each line but its terms and whatever else stands for the same words of the source."""
    rest = []
    for line, terms in zip(lines, of_terms):
        gone = {word.lower() for word in terms.values()}
        gone.update(word.lower() for source in terms for _, word in lexicon.best[source.lower()][:8])
        rest.append(" ".join(word for word in words(line) if word.lower() not in gone))
    return "\n".join(rest) + "\n"


def bleu(output, reference):
    run = subprocess.run([DRAGOMAN, "evaluate", "--hypothesis", output, "--reference", reference, "--metrics", "bleu", "chrf",
                          "--format", "json", "--quiet"], check=True, capture_output=True, text=True)
    return json.loads(run.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("rows", nargs="*")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        measure(pathlib.Path(name), options)


def measure(folder, options):
    sources = text("test_2016_flickr.en").decode().splitlines()
    references = text("test_2016_flickr.de").decode().splitlines()
    (folder / "en").write_text("\n".join(sources) + "\n")
    (folder / "de").write_text("\n".join(references) + "\n")
    (folder / "empty").write_text("")
    lexicon = Lexicon()
    of_terms = {}
    for kind, plausible in (("terms", False), ("other", True)):
        lines = requests(lexicon, sources, references, plausible)
        of_terms[kind] = [json.loads(line)["terms"] for line in lines]
        (folder / kind).write_text("\n".join(lines) + "\n")
    (folder / "prefix").write_text("".join(" ".join(line.split()[:2]) + "\n" for line in references))
    json_input = ["--input-format", "json", "--input"]
    rows = {
        "plain": ["--input", folder / "en"],
        "guard off": ["--guard", "off", "--input", folder / "en"],
        "greedy": ["--beam-size", "1", "--input", folder / "en"],
        "terms of the references": [*json_input, folder / "terms"],
        "the same, not forced": ["--no-force-terms", *json_input, folder / "terms"],
        "other terms": [*json_input, folder / "other"],
        "other terms, not forced": ["--no-force-terms", *json_input, folder / "other"],
        "prefix of two words": ["--prefix", folder / "prefix", "--input", folder / "en"],
        "prefix bonus 2": ["--prefix-bonus", "2", "--prefix", folder / "prefix", "--input", folder / "en"],
        "repetition penalty 1.2": ["--repetition-penalty", "1.2", "--input", folder / "en"],
        "coverage penalty 0.05": ["--coverage-penalty", "0.05", "--input", folder / "en"],
        "no repeated 3-gram": ["--no-repeat-ngram", "3", "--input", folder / "en"],
        "diverse groups": ["--beam-size", "6", "--diverse-groups", "3", "--input", folder / "en"],
        "drawn": ["--temperature", "1", "--input", folder / "en"],
        "drawn, MBR of 32 by chrF": ["--temperature", "1", "--epsilon", "0.02", "--mbr", "chrf", "--input", folder / "en"],
        "beam 6": ["--beam-size", "6", "--input", folder / "en"],
    }
    rows = {name: row for name, row in rows.items() if not options.rows or name in options.rows or name == "plain"}

    def seconds(arguments, output):
        begun = time.monotonic()
        run = subprocess.run([DRAGOMAN, "translate", "--model", options.model, "--output", output, "--restart", *arguments],
                             check=True, capture_output=True, text=True)
        return time.monotonic() - begun, run.stderr

    times, notes = collections.defaultdict(list), {}
    for _ in range(options.rounds):
        times["start"].append(seconds(["--input", folder / "empty"], folder / "out.start")[0])
        for name, row in rows.items():
            taken, notes[name] = seconds(row, folder / f"out.{name}")
            times[name].append(taken)
    start = statistics.median(times["start"])
    plain = statistics.median(times["plain"]) - start
    print(f"{len(sources)} lines in {plain:.2f} s, and {start:.2f} s to start")
    print(f"{'':26} {'time':>6} {'BLEU':>6} {'chrF':>6}")
    for name, row in rows.items():
        report = bleu(folder / f"out.{name}", folder / "de")
        taken = statistics.median(times[name]) - start
        print(f"{name:26} {taken / plain:6.2f} {scores(report)}  {terms_note(notes[name])}")
        for kind, terms in of_terms.items():
            if row[-1] == folder / kind:
                for which, keep in (("", lambda _: True), (" where there are terms", bool)):
                    found, expected = (chrf_of_rest(folder, lexicon, folder / f"out.{of}", terms, keep)
                                       for of in (name, "plain"))
                    print(f"{'':26} chrF of the rest{which} {found:.2f}, of the plain translations {expected:.2f}")
    if not options.rows or "hostile" in options.rows:
        measure_guard(folder, sources, seconds)


def chrf_of_rest(folder, lexicon, output, of_terms, keep):
    """Of the lines whose terms `keep` likes."""
    for name, path in (("rest", output), ("rest.de", folder / "de")):
        kept = [(line, terms) for line, terms in zip(path.read_text().splitlines(), of_terms) if keep(terms)]
        (folder / name).write_text(without_terms(lexicon, *zip(*kept)))
    return bleu(folder / "rest", folder / "rest.de")[1]["score"]


def hostile_lines(sources):
    """10,000 lines that tempt a model to say the same over and over: words alone, in capitals, a hundred times, symbols."""
    generator = random.Random(1)
    all_words = sorted({word for source in sources for word in words(source)})
    symbols = "!?.,;:-_/()[]{}<>@#$%&*+=|~^\"'"
    kinds = [
        lambda: generator.choice(all_words),
        lambda: generator.choice(sources).upper(),
        lambda: " ".join([generator.choice(all_words)] * 100),
        lambda: "".join(generator.choice(symbols) for _ in range(generator.randint(1, 60))),
        lambda: " ".join(generator.choice(all_words) for _ in range(generator.randint(1, 60))),
        lambda: generator.choice(sources)[:generator.randint(1, 20)] + "." * generator.randint(0, 40),
    ]
    return [kinds[i % len(kinds)]() for i in range(10_000)]


def has_loop(line):
    """Up to four words that come five times or more one behind the other."""
    found = line.split()
    for size in range(1, 5):
        run = 0
        for i in range(size, len(found)):
            run = run + 1 if found[i] == found[i - size] else 0
            if run >= 4 * size:
                return True
    return False


def measure_guard(folder, sources, seconds):
    lines = hostile_lines(sources)
    (folder / "hostile").write_text("\n".join(lines) + "\n")
    print("\n10,000 hostile lines: seconds, translations that loop where the line does not, and those of less than a quarter "
          "of its words")
    for state in ("off", "on"):
        output = folder / f"out.guard.{state}"
        taken, _ = seconds(["--guard", state, "--input", folder / "hostile"], output)
        translations = output.read_text().splitlines()
        loops = sum(has_loop(b) and not has_loop(a) for a, b in zip(lines, translations))
        short = sum(4 * len(b.split()) < len(set(a.split())) for a, b in zip(lines, translations))
        print(f"guard {state:3} {taken:7.1f} {loops:6} {short:6}")


def scores(report):
    return " ".join(f"{metric['score']:6.2f}" for metric in report)


def terms_note(stderr):
    found = re.search(r"\d+ terms? of the glossary.*", stderr)
    return found.group() if found else ""


if __name__ == "__main__":
    main()
