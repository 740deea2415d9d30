"""Forms of attention on real work: ./run bench attention [--minutes M] [--jobs J] [--rows ...] [--cost-only | --no-cost]

First what each form of self-attention costs as the length grows: one causal layer of width 512, one thread (bench/
attention_cost.cpp). Then each row's model trains on Multi30k English-German (MULTI30K_DIR, else build/multi30k) for the
same wall time, all with the same vocabulary, sizes and seed, and translates test_2016_flickr with beam size 5: BLEU
(13a, cased), target tokens per second in training and in translation, peak memory of each, and parameters. A Markdown
table, as docs/attention.md shows it. With --jobs that many rows run side by side, each on its own share of the cores.
The last line is the smallest of the rows' BLEU relative to the first row's.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import queue
import re
import struct
import subprocess
import tempfile

from peers.measured import DRAGOMAN, ROOT, Run, text

COST = ROOT / "build/release/bench/attention_cost"
LENGTHS = [64, 256, 1024, 4096]
FORMS = ["softmax", "local", "strided", "linear", "average", "ssru"]
SELF = "--encoder-self-attention {0} --decoder-self-attention {0}"
ROWS = {
    "transformer": "",
    "multi-query": "--key-value-heads 1",
    "additive score": "--self-attention-score additive --cross-attention-score additive",
    "general score": "--self-attention-score general --cross-attention-score general",
    "dot score": "--self-attention-score dot --cross-attention-score dot",
    "hard": "--cross-attention-selection hard",
    "sampled": "--cross-attention-selection sampled",
    "local 4": SELF.format("local") + " --attention-window 4",
    "strided 4": SELF.format("strided") + " --attention-window 4",
    "linear": SELF.format("linear"),
    "average": "--decoder-self-attention average",
    "ssru": "--decoder-self-attention ssru",
    "learned positions": "--positions learned",
    "no positions": "--positions none",
    "relative positions": "--positions relative",
    "t5 positions": "--positions t5",
    "rotary positions": "--positions rotary",
    "alibi positions": "--positions alibi",
    "rms, swiglu": "--normalisation rms --feed-forward-gate --activation silu",
    "shared layers": "--shared-layers 2",
    "deep, shallow": "--encoder-layers 4 --decoder-layers 1",
    "rnn": "--architecture rnn",
    "conv": "--architecture conv",
}
# Two layers a stack, so that a few minutes suffice; a batch that every form takes; a rate that all learn at.
COMMON = {"preset": "tiny", "encoder-layers": 2, "decoder-layers": 2, "batch-tokens": 2048,
          "learning-rate": 0.004, "warmup-steps": 300, "schedule": "inverse-sqrt", "dropout": 0.1, "positions": "sinusoidal",
          "valid-metric": "loss", "valid-interval": 0, "valid-beam-size": 5, "keep-best": 1, "average": "none"}


def cost_table():
    print("| self-attention | " + " | ".join(f"{length}" for length in LENGTHS) + " |")
    print("|---|" + "---|" * len(LENGTHS))
    for form in FORMS:
        cells = []
        for length in LENGTHS:
            said = subprocess.run([COST, form, str(length)], check=True, capture_output=True, text=True).stdout.split()
            cells.append(f"{float(said[0]):.1f} ms, {float(said[1]):.0f} MB; {float(said[2]):.0f} µs")
        print(f"| {form} | " + " | ".join(cells) + " |", flush=True)


def parameters(model):
    with open(model / "model.safetensors", "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
    total = 0
    for name, tensor in header.items():
        if name != "__metadata__":
            count = 1
            for size in tensor["shape"]:
                count *= size
            total += count
    return total


def training_rate(model):
    """Target tokens per second of training alone: validations do not count."""
    entries = [json.loads(line) for line in open(model / "training/log.jsonl")]
    logged = [entry for entry in entries if entry["event"] == "train"]
    rates = sorted(entry["tokens_per_second"] for entry in logged if "tokens_per_second" in entry)
    if rates:
        return rates[len(rates) // 2]
    first, last = logged[0], logged[-1]
    return (last["target_tokens"] - first["target_tokens"]) / (last["seconds"] - first["seconds"])


def options_of(row):
    """The row's options on top of the common ones."""
    options = dict(COMMON)
    words = row.split()
    for i, word in enumerate(words):
        if word.startswith("--"):
            options.pop(word[2:], None)
    return [str(word) for key, value in options.items() for word in (f"--{key}", value)] + words


class Comparison:
    """Measures rows, up to `jobs` at a time, with texts and a tokenizer in `folder` that all of them share."""

    def __init__(self, folder, minutes, jobs):
        self.folder, self.minutes = folder, minutes
        self.shares = queue.SimpleQueue()
        cores = sorted(os.sched_getaffinity(0))
        for job in range(jobs):
            self.shares.put(",".join(map(str, cores[job::jobs])))
        for ours, theirs in (("train", "train"), ("val", "val"), ("test", "test_2016_flickr")):
            for language in ("en", "de"):
                (folder / f"{ours}.{language}").write_bytes(text(f"{theirs}.{language}"))
        for language in ("en", "de"):  # a model that has learned nothing translates without end
            (folder / f"few.{language}").write_bytes(b"".join(text(f"val.{language}").splitlines(keepends=True)[:4]))
        first = folder / "tokenizer"
        Run(self.training(first, "few", ["--vocab-size", 6000, "--tokenizer-algorithm", "unigram", "--max-steps", 1]))
        self.tokenizer = first / "tokenizer.spm"

    def training(self, model, valid, options):
        of_texts = [word for side, name in (("train", "train"), ("valid", valid))
                    for word in (f"--{side}-source", self.folder / f"{name}.en", f"--{side}-target", self.folder / f"{name}.de")]
        return [DRAGOMAN, "train", "--quiet", "--model", model, *of_texts, *options]

    def measure(self, name):
        """The row's BLEU, and its line of the table."""
        cores = self.shares.get()
        try:
            return self.measure_on(["taskset", "-c", cores], name)
        finally:
            self.shares.put(cores)

    def measure_on(self, prefix, name):
        model = self.folder / re.sub(r"\W+", "-", name)
        training = Run(prefix + self.training(model, "val", ["--source-tokenizer", self.tokenizer, "--max-time", self.minutes,
                                                             *options_of(ROWS[name])]))
        translated = model.with_suffix(".de")
        translation = Run([*prefix, DRAGOMAN, "translate", "--model", model, "--input", self.folder / "test.en", "--output",
                           translated, "--beam-size", 5], r"\((\d+) tokens/s\)")
        report = subprocess.run([DRAGOMAN, "evaluate", "--hypothesis", translated, "--reference", self.folder / "test.de",
                                 "--format", "json", "--width", "2"], check=True, capture_output=True, text=True)
        bleu = json.loads(report.stdout)["score"]
        return bleu, (f"| {name} | `{ROWS[name]}` | {bleu:.2f} | {training_rate(model):.0f} | {training.memory:.0f} MB | "
                      f"{translation.rate:.0f} | {translation.memory:.0f} MB | {parameters(model) / 1e6:.2f} M |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=5, help="of training, for each row")
    parser.add_argument("--jobs", type=int, default=1, choices=range(1, len(os.sched_getaffinity(0)) + 1))
    parser.add_argument("--rows", nargs="+", default=list(ROWS), choices=ROWS, metavar="ROW")
    parser.add_argument("--cost-only", action="store_true")
    parser.add_argument("--no-cost", action="store_true")
    options = parser.parse_args()
    if not options.no_cost:
        cost_table()
    if options.cost_only:
        return
    with tempfile.TemporaryDirectory() as temporary:
        comparison = Comparison(pathlib.Path(temporary), options.minutes, options.jobs)
        cores = len(os.sched_getaffinity(0)) // options.jobs
        print(f"\n| {options.minutes:g} minutes each, {cores} core(s) | options | BLEU | training tok/s | memory | "
              "translation tok/s | memory | parameters |")
        print("|---|---|---|---|---|---|---|---|")
        scores = []
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            for bleu, line in pool.map(comparison.measure, options.rows):
                scores.append(bleu)
                print(line, flush=True)
    print(f"ratio {min(scores) / scores[0]:.2f}")


main()
