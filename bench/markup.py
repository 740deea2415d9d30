"""How well markup and placeholders come through a translation, and what that costs.

    ./run bench markup MODEL SOURCE [LINES]

Puts random markup (nested elements, paragraphs, comments, references, placeholders) into the first LINES (1000) lines of
SOURCE, translates them with `--markup html --placeholders usual`, and looks at each line with Python's own parser of
XML: is it well-formed, and has it each tag, comment and placeholder once? Then, by elements in lines that came out with
the words of the plain translation: how many of the words in an element are linked to the element's words (precision),
and how many of the words linked to these are in it (recall), by the links that `--alignment` gives.
"""

import collections
import gzip
import json
import random
import re
import resource
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

from peers.measured import DRAGOMAN

PLACEHOLDERS = ["{0}", "{name}", "%s", "%1$d", "__USER__", "https://example.org/a?b=c", "someone@example.org", "🍕", "©"]
INLINE = ["b", "i", "em", "span", "a"]


def read(path, count):
    opened = gzip.open if path.endswith(".gz") else open
    with opened(path, "rt", encoding="utf-8") as file:
        return [line.rstrip("\n") for line, _ in zip(file, range(count))]


def escaped(word):
    return word.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def marked(rng, words, depth, number):
    """The words with elements around some of them; each tag has an attribute that tells it from others."""
    if len(words) < 2 or depth == 3 or rng.random() < 0.3:
        return [escaped(word) for word in words]
    first = rng.randrange(len(words))
    last = min(len(words), first + 1 + rng.randrange(4))
    name = rng.choice(INLINE)
    number[0] += 1
    tag = f'<{name} id="{number[0]}">'
    inner = marked(rng, words[first:last], depth + 1, number)
    inner[0] = tag + inner[0]
    inner[-1] += f"</{name}>"
    return marked(rng, words[:first], depth + 1, number) + inner + marked(rng, words[last:], depth + 1, number)


def with_markup(rng, line, kinds):
    number = [0]
    words = marked(rng, line.split(), 0, number)
    if "points" in kinds and rng.random() < 0.5:
        number[0] += 1
        point = rng.choice(['<img id="{}"/>', "<!-- {} -->", '<x id="{}"/>']).format(number[0])
        words.insert(rng.randrange(len(words) + 1), point)
    if "placeholders" in kinds and rng.random() < 0.5:
        words.insert(rng.randrange(len(words) + 1), escaped(rng.choice(PLACEHOLDERS)))
    text = " ".join(words)
    if "blocks" in kinds and rng.random() < 0.3:
        text = f"<p>{text}</p>"
    return text


def processor_seconds():
    """Of all commands so far, which others on the machine do not change much."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def translate(model, lines, *options):
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".txt") as file:
        file.write("".join(line + "\n" for line in lines))
        file.flush()
        started = processor_seconds()
        command = [DRAGOMAN, "translate", "--model", model, "--threads", "1", "--quiet", "--input", file.name, *options]
        out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        return out.split("\n")[:-1], processor_seconds() - started


def marks_of(line):
    return collections.Counter(re.findall(r"<!--.*?-->|<[^>]*>", line))


def holders_of(line):
    return collections.Counter({holder: line.count(escaped(holder)) for holder in PLACEHOLDERS})


def is_well_formed(line):
    try:
        ElementTree.fromstring(f"<root>{line}</root>")
        return True
    except ElementTree.ParseError:
        return False


def words_by_element(element, inside, words, spans):
    """Collects the words of the text, and for each id which of them stand in its element."""

    def add(text):
        for character in text or "":
            if character == " ":
                if words[-1]:
                    words.append("")
            else:
                words[-1] += character
                for name in inside:
                    spans[name].add(len(words) - 1)

    add(element.text)
    for child in element:
        name = child.get("id")
        if name:
            spans[name]
        words_by_element(child, inside + ([name] if name else []), words, spans)
        add(child.tail)


def spans_of(line):
    words, spans = [""], collections.defaultdict(set)
    words_by_element(ElementTree.fromstring(f"<root>{line}</root>"), [], words, spans)
    return [word for word in words if word], spans


def positions(marked_lines, outputs, plain):
    """Precision and recall over words, against the links of the plain translations."""
    right = given = wanted = lines = 0
    for source, output, answer in zip(marked_lines, outputs, plain):
        found, spans = spans_of(output)
        best = json.loads(answer)["translations"][0]
        if found != best["text"].split(" "):
            continue
        lines += 1
        _, source_spans = spans_of(source)
        for name, inside in source_spans.items():
            linked = {target for from_word, target in best["alignment"] if from_word in inside}
            right += len(linked & spans[name])
            given += len(spans[name])
            wanted += len(linked)
    return lines, right / max(given, 1), right / max(wanted, 1)


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    model, source = sys.argv[1:3]
    lines = read(source, int(sys.argv[3]) if len(sys.argv) > 3 else 1000)
    rng = random.Random(1)
    everything = [with_markup(rng, line, {"points", "placeholders", "blocks"}) for line in lines]
    translate(model, lines[:10])  # what is read once is read now
    outputs, marked_time = translate(model, everything, "--markup", "html", "--placeholders", "usual")
    plain, plain_time = translate(model, lines)
    tags = sum(sum(marks_of(line).values()) for line in everything)
    holders = sum(sum(holders_of(line).values()) for line in everything)
    print(f"{len(lines)} lines, {tags} tags and comments, {holders} placeholders")
    print(f"well-formed: {sum(map(is_well_formed, outputs))} of {len(outputs)}")
    for what, count in (("tags", marks_of), ("placeholders", holders_of)):
        lost = sum(sum((count(a) - count(b)).values()) for a, b in zip(everything, outputs))
        more = sum(sum((count(b) - count(a)).values()) for a, b in zip(everything, outputs))
        print(f"{what} lost: {lost}, doubled: {more}")
    inline = [with_markup(rng, line, {}) for line in lines]
    outputs, inline_time = translate(model, inline, "--markup", "html")
    answers, aligned_time = translate(model, [" ".join(line.split()) for line in lines], "--alignment", "--format", "json")
    count, precision, recall = positions(inline, outputs, answers)
    print(f"positions in {count} lines: precision {precision:.3f}, recall {recall:.3f}")
    print(f"seconds of a processor: plain {plain_time:.2f}, --alignment {aligned_time:.2f}, elements alone {inline_time:.2f}, "
          f"with placeholders {marked_time:.2f}")


if __name__ == "__main__":
    main()
