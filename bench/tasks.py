"""Tasks beside plain translation, with the same commands: ./run bench tasks [--tasks denoising noise summaries] [--epochs N]

All on the demo corpus, which a grammar writes (data/demo): what is measured is that the way works, not how good a model for
real text would be.

denoising  a model learns to restore dropped and displaced words in text of both languages (as BART does, Lewis et al.
           2020), then goes on with 1,000 sentence pairs (--init-from); beside it a model from those pairs alone
noise      BLEU of a model when words of the input have typos or are missing, trained on clean text and on clean and
           damaged text together
summaries  documents of four sentences, of which the longest is the summary: ROUGE of a model and of the first sentence

The last line is the smallest of the tasks' gains: BLEU or ROUGE-L with what the task is about, divided by that without.
"""

import argparse
import json
import pathlib
import random
import subprocess
import sys
import tempfile

from peers.measured import DRAGOMAN, ROOT

GENERATOR = ROOT / "build/release/data/demo/generate_demo_corpus"
RECIPE = ROOT / "docs/recipes/demo.yaml"
PAIRS = 1000
COPYING_EPOCHS = 8  # a model learns to copy late
DAMAGE = [sys.executable, ROOT / "docs/recipes/damage.py"]
TO_RESTORE = ["--drop", "0.1", "--displace", "3"]
AS_TYPED = ["--drop", "0.05", "--typos", "0.1"]


def lines_of(path):
    return path.read_text().splitlines()


def write(path, lines):
    path.write_text("".join(line + "\n" for line in lines))
    return path


def damaged(lines, how):
    text = "".join(line + "\n" for line in lines)
    return subprocess.run([*DAMAGE, *how], input=text, check=True, capture_output=True, encoding="utf-8").stdout.splitlines()


class Work:
    def __init__(self, folder, epochs):
        self.folder, self.epochs = folder, epochs
        subprocess.run([GENERATOR, folder], check=True, capture_output=True)
        self.text = {f"{part}.{side}": lines_of(folder / f"{part}.{side}")
                     for part in ("train", "valid", "test") for side in ("en", "de")}

    def file(self, name, lines):
        return write(self.folder / name, lines)

    def train(self, name, source, target, valid_source, valid_target, *options, epochs=None):
        model = self.folder / name
        subprocess.run([DRAGOMAN, "train", "--quiet", "--model", model, "-c", RECIPE,
                        "--train-source", self.file(name + ".s", source), "--train-target", self.file(name + ".t", target),
                        "--valid-source", self.file(name + ".vs", valid_source),
                        "--valid-target", self.file(name + ".vt", valid_target),
                        "--max-epochs", str(epochs or self.epochs), *map(str, options)], check=True)
        return model

    def score(self, model, source, reference, metric="bleu"):
        output = self.folder / "hypothesis"
        output.unlink(missing_ok=True)
        if model:
            subprocess.run([DRAGOMAN, "translate", "--quiet", "--model", model, "--input", self.file("test.s", source),
                            "--output", output], check=True)
        else:
            write(output, source)
        report = subprocess.run([DRAGOMAN, "evaluate", "--hypothesis", output, "--reference",
                                 self.file("test.r", reference), "--metrics", metric, "--format", "json"], check=True,
                                capture_output=True, text=True).stdout
        result = json.loads(report)
        return (result[0] if isinstance(result, list) else result)["score"]


def denoising(work):
    text = work.text
    # Monolingual text: what follows the pairs, in either language.
    clean = text["train.de"][PAIRS:] + text["train.en"][PAIRS:]
    valid = text["valid.de"][:250] + text["valid.en"][250:]
    pretrained = work.train("denoiser", damaged(clean, TO_RESTORE), clean,
                            damaged(valid, TO_RESTORE), valid)
    few = (text["train.en"][:PAIRS], text["train.de"][:PAIRS], text["valid.en"], text["valid.de"])
    course = {"epochs": 40}
    plain = work.train("few", *few, "--source-tokenizer", pretrained / "tokenizer.spm", **course)
    tuned = work.train("tuned", *few, "--init-from", pretrained, **course)
    scores = [work.score(model, text["test.en"], text["test.de"]) for model in (plain, tuned)]
    print(f"denoising: {PAIRS} pairs alone BLEU {scores[0]:.1f}, after pre-training on monolingual text {scores[1]:.1f}",
          flush=True)
    return scores[1] / max(scores[0], 0.1)


def noise(work):
    text = work.text
    valid = (text["valid.en"], text["valid.de"])
    plain = work.train("plain", text["train.en"] * 2, text["train.de"] * 2, *valid)  # as many updates
    both = work.train("both", text["train.en"] + damaged(text["train.en"], AS_TYPED),
                      text["train.de"] * 2, *valid)
    noisy = damaged(text["test.en"], AS_TYPED)
    table = [[work.score(model, source, text["test.de"]) for source in (text["test.en"], noisy)]
             for model in (plain, both)]
    for name, row in zip(("clean text", "clean and damaged text"), table):
        print(f"noise: trained on {name}: BLEU {row[0]:.1f} on clean input, {row[1]:.1f} with typos and missing words",
              flush=True)
    return table[1][1] / table[0][1]


def summaries(work):
    def documents(lines, count, chance):
        drawn = [chance.sample(lines, 4) for _ in range(count)]
        return [" ".join(document) for document in drawn], [max(document, key=len) for document in drawn], drawn

    text, chance = work.text, random.Random(1)
    source, target, _ = documents(text["train.en"], 20000, chance)
    valid_source, valid_target, _ = documents(text["valid.en"], 500, chance)
    test_source, test_target, drawn = documents(text["test.en"], 500, chance)
    model = work.train("summaries", source, target, valid_source, valid_target, epochs=COPYING_EPOCHS)
    row = [work.score(model, test_source, test_target, metric) for metric in ("rouge1", "rouge2", "rougeL")]
    first = [work.score(None, [document[0] for document in drawn], test_target, metric)
             for metric in ("rouge1", "rouge2", "rougeL")]
    for name, scores in (("the model's summary", row), ("the first sentence", first)):
        print(f"summaries: {name}: ROUGE-1 {scores[0]:.1f}, ROUGE-2 {scores[1]:.1f}, ROUGE-L {scores[2]:.1f}", flush=True)
    return row[2] / first[2]


TASKS = {"denoising": denoising, "noise": noise, "summaries": summaries}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", nargs="+", default=list(TASKS), choices=TASKS)
    parser.add_argument("--epochs", type=int, default=3, help="of denoising, and of the models with and without noise")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        work = Work(pathlib.Path(temporary), options.epochs)
        print(f"ratio {min(TASKS[task](work) for task in options.tasks):.2f}")


main()
