"""Two models that learn in a second to translate made-up sentences word by word: English into German, and back."""

import json
import pathlib
import random
import subprocess

WORDS = {"house": "haus", "tree": "baum", "water": "wasser", "dog": "hund", "cat": "katze", "bread": "brot", "green": "grün",
         "old": "alt", "young": "jung", "sees": "sieht", "eats": "isst", "drinks": "trinkt", "today": "heute", "never": "nie"}
SHAPE = """--encoder-layers 1 --decoder-layers 1 --width 32 --feed-forward-width 64 --heads 2 --positions sinusoidal --dropout 0.1
           --vocab-size 80 --tokenizer-algorithm unigram --batch-tokens 512 --max-steps 120 --learning-rate 0.01
           --warmup-steps 20 --schedule inverse-sqrt --valid-interval 40 --valid-beam-size 1 --threads 1 --precision fp32
           --device cpu --quiet""".split()


def write_corpus(folder):
    """Sentences of the words, for training and for validation."""
    generator = random.Random(1)
    for name, count in (("train", 300), ("valid", 40)):
        lines = [generator.choices(list(WORDS), k=generator.randint(2, 5)) for _ in range(count)]
        (folder / f"{name}.en").write_text("".join(" ".join(line) + "\n" for line in lines))
        (folder / f"{name}.de").write_text("".join(" ".join(map(WORDS.get, line)) + "\n" for line in lines))


def make(dragoman, folder):
    """Trains both in a folder; only the first can estimate its quality. Returns their paths."""
    folder = pathlib.Path(folder)
    write_corpus(folder)
    models = []
    for source, target in (("en", "de"), ("de", "en")):
        files = [word for name in ("train", "valid") for side, language in (("source", source), ("target", target))
                 for word in (f"--{name}-{side}", folder / f"{name}.{language}")]
        models.append(folder / f"{source}-{target}")
        subprocess.run([dragoman, "train", "--model", models[-1], "--source-lang", source, "--target-lang", target, *files, *SHAPE],
                       check=True)
    subprocess.run([dragoman, "calibrate", "--quiet", "--model", models[0], "--source", folder / "valid.en", "--reference",
                    folder / "valid.de"], check=True)
    return models


def translate(dragoman, model, lines, *options):
    """What `dragoman translate` makes of these lines: of each its object in JSON."""
    done = subprocess.run([dragoman, "translate", "--quiet", "--model", model, "--format", "json", "--threads", "1", *options],
                          input="".join(line + "\n" for line in lines), capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]
