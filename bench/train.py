"""Training speed against plain PyTorch in eager mode, each with tcmalloc: ./run bench train [--rounds N]

Alternates the two on Multi30k (MULTI30K_DIR, else build/multi30k) with one tokenizer, model, batch budget and dropout, and
prints target tokens per second, padding excluded: the median of the rounds. The last line is the smallest ratio. Needs a
Python with PyTorch: PEERS_PYTHON, or bench/peers/setup.sh.
"""

import argparse
import gzip
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
DRAGOMAN = ROOT / "build/release/dragoman"
SIZES = {"tiny": dict(width=128, ffn=256, layers=4, heads=4), "base": dict(width=512, ffn=2048, layers=6, heads=8)}
VOCABULARY = 10000


def corpus(folder):
    """Puts the texts that both sides read into `folder`."""
    origin = pathlib.Path(os.environ.get("MULTI30K_DIR", ROOT / "build/multi30k"))
    for name in ("train.en", "train.de", "val.en", "val.de"):
        packed = origin / (name + ".gz")
        if not packed.exists() and not (origin / name).exists():
            sys.exit(f"{origin}: there is no {name}; run data/fetch_multi30k.sh, or set MULTI30K_DIR")
        text = gzip.open(packed).read() if packed.exists() else (origin / name).read_bytes()
        if name.startswith("val"):
            text = b"\n".join(text.split(b"\n")[:4]) + b"\n"  # only there because training wants one
        (folder / name).write_bytes(text)


def run_dragoman(folder, size, precision, steps, warm_up):
    model = folder / "model"
    shutil.rmtree(model, ignore_errors=True)
    shape = SIZES[size]
    subprocess.run(
        [DRAGOMAN, "train", "--quiet", "--model", model, "--precision", precision,
         "--train-source", folder / "train.en", "--train-target", folder / "train.de",
         "--valid-source", folder / "val.en", "--valid-target", folder / "val.de",
         "--encoder-layers", str(shape["layers"]), "--decoder-layers", str(shape["layers"]), "--width", str(shape["width"]),
         "--feed-forward-width", str(shape["ffn"]), "--heads", str(shape["heads"]),
         "--dropout", "0.1", "--attention-dropout", "0.1", "--activation-dropout", "0.1",
         "--source-tokenizer", folder / "tokenizer.spm", "--learning-rate", "0.001", "--warmup-steps", "1",
         "--batch-tokens", "4096", "--valid-beam-size", "1", "--valid-interval", "1000000", "--average", "none",
         "--log-interval", "1", "--max-steps", str(steps + warm_up)],
        check=True,
    )
    entries = [json.loads(line) for line in open(model / "training/log.jsonl")]
    steps_logged = [entry for entry in entries if entry["event"] == "train"]
    first, last = steps_logged[warm_up - 1], steps_logged[-1]
    return (last["target_tokens"] - first["target_tokens"]) / (last["seconds"] - first["seconds"])


def run_torch(folder, size, precision, steps, warm_up):
    allocator = next(pathlib.Path("/usr/lib").glob("*/libtcmalloc_minimal.so.4"))
    options = [f"--{key}={value}" for key, value in SIZES[size].items()]
    options += [f"--steps={steps}", f"--warm-up={warm_up}"] + (["--bf16"] if precision == "bf16" else [])
    command = [sys.executable, ROOT / "bench/peers/torch_train.py", folder / "tokenizer.spm", folder / "train.en", folder / "train.de"]
    result = subprocess.run(command + options, check=True, stdout=subprocess.PIPE, env={**os.environ, "LD_PRELOAD": str(allocator)})
    return float(result.stdout)


def has_bf16():
    return "avx512_bf16" in open("/proc/cpuinfo").read()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sizes", nargs="+", default=list(SIZES), choices=SIZES)
    options = parser.parse_args()
    ratios = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        corpus(folder)
        import sentencepiece  # of the peers' Python

        sentencepiece.SentencePieceTrainer.train(
            input=[str(folder / "train.en"), str(folder / "train.de")], model_prefix=str(folder / "tokenizer"), minloglevel=2,
            vocab_size=VOCABULARY, character_coverage=1.0, pad_id=0, bos_id=1, eos_id=2, unk_id=3,
        )
        (folder / "tokenizer.model").rename(folder / "tokenizer.spm")
        for size in options.sizes:
            for precision in ["fp32"] + (["bf16"] if has_bf16() else []):
                steps, warm_up = (20, 5) if size == "tiny" else (6, 2)
                ours, theirs = [], []
                for _ in range(options.rounds):
                    ours.append(run_dragoman(folder, size, precision, steps, warm_up))
                    theirs.append(run_torch(folder, size, precision, steps, warm_up))
                ratios.append(statistics.median(ours) / statistics.median(theirs))
                print(f"{size:5} {precision}  dragoman {statistics.median(ours):7.0f} tok/s  "
                      f"PyTorch {statistics.median(theirs):7.0f} tok/s  ratio {ratios[-1]:.2f}", flush=True)
    print(f"ratio {min(ratios):.2f}")


main()
