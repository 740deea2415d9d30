"""Damages text, from stdin to stdout, a sentence a line: python3 docs/recipes/damage.py [--drop P] [--displace N] [--typos P]

For models that learn to restore text (denoising pre-training), and to measure and train against noise in the input.
A line is never lost, nor left without words.
"""

import argparse
import random
import sys


def typo(word, chance):
    """One letter lost, doubled, or exchanged with the next."""
    place, kind = chance.randrange(len(word)), chance.randrange(3)
    if kind == 0 and len(word) > 1:
        return word[:place] + word[place + 1:]
    if kind == 1 or place + 1 == len(word):
        return word[:place] + word[place] + word[place:]
    return word[:place] + word[place + 1] + word[place] + word[place + 2:]


def damage(line, options, chance):
    words = [word for word in line.split(" ") if word]
    kept = [word for word in words if chance.random() >= options.drop] or words
    # Each word moves by at most N places (Lample et al. 2018, section 2.3).
    keys = [place + (options.displace + 1) * chance.random() for place in range(len(kept))]
    moved = [word for _, word in sorted(zip(keys, kept), key=lambda pair: pair[0])]
    return " ".join(typo(word, chance) if chance.random() < options.typos else word for word in moved)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--drop", type=float, default=0, metavar="P", help="share of words left out")
    parser.add_argument("--displace", type=int, default=0, metavar="N", help="places that a word may move by")
    parser.add_argument("--typos", type=float, default=0, metavar="P", help="share of words with a wrong letter")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    for stream in (sys.stdin, sys.stdout):
        stream.reconfigure(encoding="utf-8", errors="surrogateescape", newline="\n")
    for line in sys.stdin:
        print(damage(line.removesuffix("\n"), options, chance))


try:
    main()
except BrokenPipeError:  # who reads has read enough
    sys.exit(141)
