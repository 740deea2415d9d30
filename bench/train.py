"""Training speed and memory against plain PyTorch, eager and compiled: ./run bench train [--rounds N] [--rows ...]

Trains on Multi30k (MULTI30K_DIR, else build/multi30k) with one tokenizer, model, batch budget and dropout on both sides, each
with tcmalloc, in bf16 where the processor has it, else in fp32. A first pass finds PyTorch's better mode, then the two alternate:
target tokens per second, padding excluded, medians of the rounds, and peak memory; and which share of its time a step would take
if it were its matrix products alone, at the rate at which PyTorch computes these shapes. The last line is the smallest ratio. Needs
a Python with PyTorch: PEERS_PYTHON, or bench/peers/setup.sh.
"""

import argparse
import pathlib
import shutil
import statistics
import sys
import tempfile

from peers.measured import DRAGOMAN, ROOT, Run, has_bf16, preloaded_tcmalloc, text, training_rate
from peers.product_time import product_seconds

PEER = ROOT / "bench/peers/torch_train.py"
PRECISION = "bf16" if has_bf16() else "fp32"
# Timed updates, and those before them: fewer where an update takes ten seconds.
TINY_STEPS, BASE_STEPS, WARM_UP = 20, 8 if has_bf16() else 4, 3
# Seconds: compiling anew for new shapes can take longer than all that is measured.
TRIAL_LIMIT = 150
TINY = dict(width=128, ffn=256, layers=4, heads=4)
BASE = dict(width=512, ffn=2048, layers=6, heads=8)
ROWS = {"tiny": (TINY, "unigram", 10000, TINY_STEPS), "base": (BASE, "unigram", 10000, BASE_STEPS),
        "base-32k": (BASE, "bpe", 32000, BASE_STEPS)}


def make_texts(folder):
    for name in ("train.en", "train.de"):
        (folder / name).write_bytes(text(name))
    for name in ("val.en", "val.de"):
        (folder / name).write_bytes(b"\n".join(text(name).split(b"\n")[:4]) + b"\n")  # only there because training wants one


def make_tokenizer(folder, kind, size):
    import sentencepiece  # of the peers' Python

    name = folder / f"{kind}-{size}"
    if not name.with_suffix(".model").exists():
        sentencepiece.SentencePieceTrainer.train(
            input=[str(folder / "train.en"), str(folder / "train.de")], model_prefix=str(name), minloglevel=2, model_type=kind,
            vocab_size=size, character_coverage=1.0, pad_id=0, bos_id=1, eos_id=2, unk_id=3,
        )
    return name.with_suffix(".model")


def run_dragoman(folder, shape, tokenizer, steps):
    model = folder / "model"
    shutil.rmtree(model, ignore_errors=True)
    run = Run([
        DRAGOMAN, "train", "--quiet", "--model", model, "--precision", PRECISION,
        "--train-source", folder / "train.en", "--train-target", folder / "train.de",
        "--valid-source", folder / "val.en", "--valid-target", folder / "val.de",
        "--encoder-layers", shape["layers"], "--decoder-layers", shape["layers"], "--width", shape["width"],
        "--feed-forward-width", shape["ffn"], "--heads", shape["heads"], "--positions", "sinusoidal",
        "--dropout", "0.1", "--attention-dropout", "0.1", "--activation-dropout", "0.1",
        "--source-tokenizer", tokenizer, "--learning-rate", "0.001", "--warmup-steps", "1",
        "--batch-tokens", "4096", "--valid-beam-size", "1", "--valid-interval", "1000000", "--average", "none",
        "--log-interval", "1", "--max-steps", steps + WARM_UP,
    ])
    run.rate = training_rate(model, WARM_UP)
    return run


def run_torch(folder, shape, tokenizer, steps, mode, limit=None):
    options = [f"--{key}={value}" for key, value in shape.items()] + [f"--steps={steps}", f"--warm-up={WARM_UP}"]
    options += (["--bf16"] if PRECISION == "bf16" else []) + (["--compile"] if mode == "compiled" else [])
    return Run([sys.executable, PEER, tokenizer, folder / "train.en", folder / "train.de", *options], r"(?m)^([\d.]+)$",
               preloaded_tcmalloc(), limit)


def source_share(folder, tokenizer):
    """Source tokens for each target token; both ends of a sentence count."""
    import sentencepiece

    pieces = sentencepiece.SentencePieceProcessor(model_file=str(tokenizer))
    source, target = (sum(len(ids) + 1 for ids in pieces.encode((folder / name).read_text().split("\n")))
                      for name in ("train.en", "train.de"))
    return source / target


def report_share(folder, shape, vocabulary, tokenizer, rate):
    seconds, operations = product_seconds(shape, vocabulary, source_share(folder, tokenizer), PRECISION == "bf16")
    print(f"  products alone {operations / seconds / 1e9:.0f} G operations/s; a step {operations * rate / 1e9:.0f}, "
          f"which is {seconds * rate:.0%}", flush=True)


def measure(folder, name, rounds, modes):
    shape, kind, vocabulary, steps = ROWS[name]
    tokenizer = make_tokenizer(folder, kind, vocabulary)
    tried = {}
    for mode in modes:
        tried[mode] = run_torch(folder, shape, tokenizer, max(steps // 4, 2), mode, TRIAL_LIMIT).rate
        print(f"  tried PyTorch {mode} {tried[mode]:.0f} tok/s", flush=True)
    mode = max(tried, key=tried.get)
    pairs = [(run_dragoman(folder, shape, tokenizer, steps), run_torch(folder, shape, tokenizer, steps, mode))
             for _ in range(rounds)]
    ours, theirs = (statistics.median(pair[side].rate for pair in pairs) for side in (0, 1))
    memory = [max(pair[side].memory for pair in pairs) for side in (0, 1)]
    print(f"{name:8} {PRECISION}  dragoman {ours:6.0f} tok/s {memory[0]:5.0f} MB   PyTorch {mode} {theirs:6.0f} tok/s "
          f"{memory[1]:5.0f} MB   ratio {ours / theirs:.2f}, memory {memory[0] / memory[1]:.2f}", flush=True)
    report_share(folder, shape, vocabulary, tokenizer, ours)
    return ours / theirs, mode


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rows", nargs="+", default=list(ROWS), choices=ROWS)
    options = parser.parse_args()
    ratios, base_mode = [], None
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        make_texts(folder)
        for name in options.rows:
            # What is better for one vocabulary is for the other.
            modes = [base_mode] if name == "base-32k" and base_mode else ["eager", "compiled"]
            ratio, mode = measure(folder, name, options.rounds, modes)
            base_mode = mode if name == "base" else base_mode
            ratios.append(ratio)
    print(f"ratio {min(ratios):.2f}")


main()
