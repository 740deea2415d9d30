"""Time and memory of evaluation against sacreBLEU: ./run bench evaluate [--lines N] [--rows ...]

Scores 100,000 lines of Multi30k's German (MULTI30K_DIR, else build/multi30k; repeated, with random damage for the systems) with
BLEU, chrF++ and TER, and compares three systems by paired bootstrap resampling with 1,000 resamples. Each side runs as a user
runs it, from start to end, Dragoman three times (the median counts), sacreBLEU once; both must print the same figures. The last
line is the smallest ratio of the times. Needs a Python with sacreBLEU 2.6.0: PEERS_PYTHON, or bench/peers/setup.sh.
"""

import argparse
import json
import os
import pathlib
import random
import statistics
import sys
import tempfile
import time

from peers.measured import DRAGOMAN, Run, text

ROWS = {
    "BLEU": (["bleu"], []),
    "chrF++": (["chrf", "--chrf-word-order", "2"], []),
    "TER": (["ter"], []),
    "bootstrap": (["bleu"], ["--paired-bs"]),
}
RESAMPLES = 1000
DAMAGE = [0.2, 0.21, 0.25]  # of each system, in words


def damaged(rng, line, rate, words):
    result = []
    for word in line.split(" "):
        action = rng.random()
        if action >= rate / 3:
            result.append(rng.choice(words) if action < rate else word)
    if len(result) > 1 and rng.random() < rate:
        at = rng.randrange(len(result) - 1)
        result[at], result[at + 1] = result[at + 1], result[at]
    return " ".join(result)


def make_texts(folder, count):
    rng = random.Random(1)
    lines = text("train.de").decode().splitlines()
    words = " ".join(lines).split(" ")
    references = [lines[i % len(lines)] for i in range(count)]
    (folder / "reference").write_text("\n".join(references) + "\n")
    for number, rate in enumerate(DAMAGE):
        (folder / f"system{number}").write_text("\n".join(damaged(rng, line, rate, words) for line in references) + "\n")


def timed(command):
    """Seconds, peak memory in MB, and what was printed."""
    with tempfile.TemporaryDirectory() as temporary:
        output = pathlib.Path(temporary) / "output"
        shell = ["sh", "-c", 'exec "$@" >"$0"', output, *command]
        start = time.monotonic()
        run = Run(shell)
        return time.monotonic() - start, run.memory, json.loads(output.read_text())


def figures(report, test):
    """What both sides must agree on, from either's JSON."""
    if not test:
        return round(report["score"], 4)
    metric = next(key for key in report[0] if key != "system")
    decimals = {"score": 4, "p_value": 4, "mean": 2, "ci": 2}
    return [{key: None if system[metric][key] is None else round(system[metric][key], places)
             for key, places in decimals.items()} for system in report]


def measure(folder, name):
    metric, test = ROWS[name]
    systems = [folder / f"system{i}" for i in range(3 if test else 1)]
    ours = [DRAGOMAN, "evaluate", "--reference", folder / "reference", "--hypothesis", *systems, "--metrics", *metric, *test,
            "--width", "6", "--format", "json"] + (["--paired-n", RESAMPLES] if test else [])
    workers = min(len(systems) - 1, len(os.sched_getaffinity(0)))
    theirs = [sys.executable, "-m", "sacrebleu", folder / "reference", "-i", *systems, "-m", *metric, *test, "-w", "6",
              "-f", "json", "--quiet"] + (["--paired-bs-n", RESAMPLES, "--paired-jobs", workers] if test else [])
    runs = [timed(ours) for _ in range(3)]
    seconds = statistics.median(run[0] for run in runs)
    peer_seconds, peer_memory, peer_report = timed(theirs)
    if figures(runs[0][2], test) != figures(peer_report, test):
        sys.exit(f"{name}: the figures differ\n{figures(runs[0][2], test)}\n{figures(peer_report, test)}")
    print(f"{name:10} dragoman {seconds:6.2f} s {runs[0][1]:5.0f} MB   sacreBLEU {peer_seconds:6.1f} s {peer_memory:5.0f} MB"
          f"   ratio {peer_seconds / seconds:.1f}, memory {runs[0][1] / peer_memory:.2f}", flush=True)
    return peer_seconds / seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=100000)
    parser.add_argument("--rows", nargs="+", default=list(ROWS), choices=ROWS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        make_texts(folder, options.lines)
        print(f"ratio {min(measure(folder, name) for name in options.rows):.2f}")


main()
