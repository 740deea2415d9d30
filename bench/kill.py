"""Kills a training at random moments and shows that nothing is lost: ./run bench kill [--times N]

Trains a small model on the demo corpus, kills it (SIGKILL) at random moments, and after each time loads the model directory
(by translating with it) and resumes. At the end the weights must equal those of a training that was never killed, bit for bit.
"""

import argparse
import json
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
DRAGOMAN = ROOT / "build/release/dragoman"


def train_command(folder, model):
    return [
        DRAGOMAN, "train", "--quiet", "--model", folder / model, "--train-source", folder / "train.en", "--train-target",
        folder / "train.de", "--valid-source", folder / "valid.en", "--valid-target", folder / "valid.de",
        "--encoder-layers", "1", "--decoder-layers", "1", "--width", "64", "--feed-forward-width", "128", "--heads", "2",
        "--vocab-size", "1000", "--batch-tokens", "1024", "--schedule", "inverse-sqrt", "--max-steps", "600", "--save-interval", "10", "--valid-interval", "100",
        "--valid-beam-size", "1", "--patience", "0", "--threads", "1", "--subword-sampling", "0.3", "--ema-decay", "0.99",
    ]


def step_of(folder, model):
    """The step that the saved state has reached: its metadata follows the 8 bytes of the header's length."""
    with open(folder / model / "training/state.safetensors", "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
    return json.loads(header["__metadata__"]["progress"])["step"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    random.seed(options.seed)
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        subprocess.run([ROOT / "build/release/data/demo/generate_demo_corpus", folder], check=True)
        for name in ("valid.en", "valid.de"):  # short validations leave more moments to training
            (folder / name).write_text("".join((folder / name).open(encoding="utf-8").readlines()[:50]), encoding="utf-8")
        start = time.perf_counter()
        process = subprocess.Popen(train_command(folder, "whole"))
        while not (folder / "whole/training/state.safetensors").exists() and process.poll() is None:
            time.sleep(0.01)
        first_save = time.perf_counter() - start
        if process.wait() != 0:
            sys.exit("the training that nobody kills has failed")
        whole = time.perf_counter() - start
        killed, last = 0, 0
        while killed < options.times:
            process = subprocess.Popen(train_command(folder, "killed"))
            time.sleep(0.9 * first_save + random.random() * 2 * max(1.0, whole / options.times))
            if process.poll() is not None:
                shutil.rmtree(folder / "killed")  # it reached its end: begin again
                last = 0
                continue
            process.kill()
            process.wait()
            killed += 1
            if not (folder / "killed/training/state.safetensors").exists():
                print(f"kill {killed:3}: before the first save", flush=True)
                continue
            text = subprocess.run([DRAGOMAN, "translate", "--quiet", "--allow-unvalidated", "--model", folder / "killed",
                                   "--beam-size", "1"], check=True,
                                  input=b"The dog sleeps.\n", stdout=subprocess.PIPE).stdout
            step = step_of(folder, "killed")
            if text.count(b"\n") != 1 or step < last:
                sys.exit(f"kill {killed}: {text!r} at step {step} after {last}")
            last = step
            print(f"kill {killed:3}: the directory loads, saved at step {step}", flush=True)
        subprocess.run(train_command(folder, "killed"), check=True)
        same = (folder / "whole/model.safetensors").read_bytes() == (folder / "killed/model.safetensors").read_bytes()
        print(f"{killed} kills, final weights {'equal' if same else 'DIFFER'}")
        sys.exit(0 if same else 1)


main()
