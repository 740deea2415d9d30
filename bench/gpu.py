"""Speed on a GPU in eight minutes: ./run bench gpu [--rehearse]

One table of tokens a second, of a base model (6+6 layers, width 512, feed-forward 2048, vocabulary 32,000) on texts of Multi30k
(MULTI30K_DIR, else build/multi30k), in fp32 and in bf16; each line comes when it has been measured:

  translate  four beams with random weights, every hypothesis of 18 tokens, 1 to 256 sentences at once. What the first batch takes
             to load kernels does not count. Beside it CTranslate2, in float32 and float16, where this Python has it and it finds
             the GPU
  train      target tokens, padding excluded, without the first updates

The ratio is that of the best of both sides. A precision that the program does not compute in on this device is left out, and so is
what no longer fits into the time. --rehearse does all of it on the CPU with a tiny model, to see that it works: its figures say
nothing. The comparison needs a Python with ctranslate2 and sentencepiece: PEERS_PYTHON, or bench/peers/setup.sh.
"""

import argparse
import dataclasses
import importlib.util
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import time

from peers.measured import DRAGOMAN, ROOT, Run, preloaded_tcmalloc, text, training_rate
from peers.one_step_model import train, train_one_step

PEER = ROOT / "bench/peers/ctranslate2_run.py"
SECONDS = 450  # for all of it
LENGTH = 18
PRECISIONS, PEER_TYPES = ("fp32", "bf16"), ("float32", "float16")
FALLBACK = "computing in fp32"  # the program says so


@dataclasses.dataclass
class Sizes:
    """What is measured, and how much of it."""

    device: str
    preset: str
    vocabulary: int
    batches: tuple  # sentences at once
    fewest: int  # sentences of a run
    batch_tokens: int
    warm_up: int  # updates
    steps: int
    peer_types: tuple


GPU = Sizes("cuda", "base", 32_000, (1, 4, 16, 64, 256), 64, 8192, 15, 60, PEER_TYPES)
REHEARSAL = Sizes("cpu", "tiny", 4_000, (1, 8), 16, 512, 2, 4, ("float32", "int8"))


class Clock:
    """How long a run may take, so that all end in time."""

    LONGEST, LEAST = 90, 10

    def __init__(self, seconds):
        self.end = time.monotonic() + seconds

    def limit(self):
        return min(self.LONGEST, self.end - time.monotonic())

    def is_over(self):
        return self.limit() < self.LEAST


def say(line):
    print(line, file=sys.stderr, flush=True)


def require_gpu():
    facts = json.loads(subprocess.run([DRAGOMAN, "doctor", "--format", "json"], capture_output=True, text=True).stdout)
    if facts["GPU"]["found_by_LibTorch"] == 0:
        hint = f": {facts['hints'][0]}" if facts["GPU"]["of_the_machine"] and facts["hints"] else ""
        sys.exit(f"bench gpu: LibTorch finds no GPU here{hint}; --rehearse goes through it all on the CPU, with tiny sizes")
    return ", ".join(facts["GPU"]["of_the_machine"]) or "a GPU"


def has_peer(sizes):
    if not importlib.util.find_spec("ctranslate2"):
        return False
    import ctranslate2

    return sizes.device == "cpu" or ctranslate2.get_cuda_device_count() > 0


class Bench:
    def __init__(self, folder, sizes):
        self.folder, self.sizes, self.clock = folder, sizes, Clock(SECONDS)
        self.left_out = set()  # precisions of translation
        train_one_step(folder, "model", sizes.preset, sizes.vocabulary, "--device", "cpu")
        subprocess.run([DRAGOMAN, "export", "--quiet", "--model", folder / "model", "--output", folder / "exported"], check=True)

    def sentences(self, batch):
        return max(self.sizes.fewest, 16 * batch)

    def source(self, count):
        path = self.folder / f"source{count}"
        lines = text("train.en").splitlines(keepends=True)
        path.write_bytes(b"".join(lines[:count]))
        return path

    def timed(self, count, batch, precision):
        """Tokens and seconds of one translation, or none."""
        run = Run([DRAGOMAN, "translate", "--model", self.folder / "model", "--input", self.source(count), "--device",
                   self.sizes.device, "--precision", precision, "--beam-size", 4, "--batch-size", batch, "--block-lines", count,
                   "--min-length", LENGTH, "--max-length", LENGTH], r"\((\d+) tokens/s\)", limit=self.clock.limit())
        if FALLBACK in run.said:
            say(f"translation in {precision} is left out: the program has none on this device")
            self.left_out.add(precision)
        if precision in self.left_out or run.rate == 0:
            return None
        tokens = float(re.search(r"(\d+) tokens in", run.said).group(1))
        return tokens, tokens / run.rate

    def translate(self, batch, precision):
        """Tokens a second of so many sentences at once behind the first batch."""
        if precision in self.left_out or self.clock.is_over():
            return None
        first = self.timed(batch, batch, precision)
        whole = first and self.timed(batch + self.sentences(batch), batch, precision)
        if not whole or whole[1] <= first[1]:
            return None
        return (whole[0] - first[0]) / (whole[1] - first[1])

    def peer(self, batch, kind):
        if self.clock.is_over():
            return None
        run = Run([sys.executable, PEER, self.folder / "exported", self.source(self.sentences(batch)), 4, kind, batch, 1, 1, LENGTH,
                   self.sizes.device], r"(\d+) tokens/s", preloaded_tcmalloc(), self.clock.limit())
        return run.rate or None

    def train(self, precision):
        if self.clock.is_over():
            return None
        name = f"trained-{precision}"
        train(self.folder, name, "--preset", self.sizes.preset, "--source-tokenizer", self.folder / "model/tokenizer.spm",
              "--device", self.sizes.device, "--precision", precision, "--batch-tokens", self.sizes.batch_tokens,
              "--valid-interval", 1_000_000, "--log-interval", 1, "--max-steps", self.sizes.warm_up + self.sizes.steps,
              "--max-time", f"{self.clock.limit() / 60:.2f}")
        return training_rate(self.folder / name, self.sizes.warm_up)


def row(label, mine, theirs):
    """One line of the table: the rates of a side are {column: rate, or none}."""
    cells = [f"{rate:11,.0f}" if rate else f"{'-':>11}" for rate in [*mine.values(), *theirs.values()]]
    ours, peers = (max((rate for rate in side.values() if rate), default=None) for side in (mine, theirs))
    ratio = f"{ours / peers:8.2f}" if ours and peers else f"{'-':>8}"
    return f"{label:34}{''.join(cells)}{ratio}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rehearse", action="store_true", help="on the CPU, with tiny sizes")
    sizes = REHEARSAL if parser.parse_args().rehearse else GPU
    device = "the CPU, a rehearsal" if sizes is REHEARSAL else require_gpu()
    peer_types = sizes.peer_types if has_peer(sizes) else ()
    if not peer_types:
        say("CTranslate2 is left out: this Python has none that finds the GPU; see bench/peers/setup.sh")
    with tempfile.TemporaryDirectory() as name:
        bench = Bench(pathlib.Path(name), sizes)
        heads = [*PRECISIONS, *(f"C.{kind}" for kind in peer_types)]
        print(f"{f'tokens/s on {device}':34}{''.join(f'{head:>11}' for head in heads)}{'ratio':>8}", flush=True)
        print(row("train", {precision: bench.train(precision) for precision in PRECISIONS}, dict.fromkeys(peer_types)), flush=True)
        for batch in sizes.batches:
            mine = {precision: bench.translate(batch, precision) for precision in PRECISIONS}
            theirs = {kind: bench.peer(batch, kind) for kind in peer_types}
            print(row(f"translate, batches of {batch}", mine, theirs), flush=True)


main()
