"""How long the import of models of other programs takes, and how much memory: ./run bench import [SHAPE ...]

Writes models with random weights of the shapes base and big (or those that are named), as Hugging Face's transformers, CTranslate2
and argos-translate keep them, and imports each: seconds, peak memory, and that memory beyond what the import of a tiny model
takes, in multiples of the weights' size in fp32. Needs a Python with numpy and sentencepiece: PEERS_PYTHON, or
bench/peers/setup.sh.
"""

import json
import multiprocessing
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import time
import zipfile

import numpy

from peers.random_models import hugging_face, pieces, vocabulary, weight

ROOT = pathlib.Path(__file__).resolve().parent.parent
DRAGOMAN = ROOT / "build/release/dragoman"
SHAPES = {"tiny": (1, 32, 64, 4, 400), "base": (6, 512, 2048, 8, 32_000), "big": (6, 1024, 4096, 16, 32_000)}
LARGEST = 1.2


def quantised(value):
    scale = 127 / numpy.abs(value).max(axis=1)
    return numpy.rint(value * scale[:, None]).astype(numpy.int8), scale.astype(numpy.float32)


def ctranslate2(folder, shape, int8=False):
    layers, width, inner, heads, size = shape
    generator, variables, total = numpy.random.default_rng(1), {}, 0

    def add(name, value):
        nonlocal total
        total += value.nbytes
        if int8 and value.ndim == 2:
            variables[name], variables[name + "_scale"] = quantised(value)
        else:
            variables[name] = value

    def linear(name, rows, columns):
        add(name + "/weight", weight(generator, rows, columns))
        add(name + "/bias", weight(generator, rows))

    def norm(name):
        add(name + "/gamma", weight(generator, width))
        add(name + "/beta", weight(generator, width))

    add("decoder/embeddings/weight", weight(generator, size, width))
    for stack in ("encoder", "decoder"):
        variables[stack + "/num_heads"] = numpy.array(heads, dtype=numpy.int16)
        norm(stack + "/layer_norm")
        for i in range(layers):
            layer = f"{stack}/layer_{i}/"
            linear(layer + "self_attention/linear_0", 3 * width, width)
            linear(layer + "self_attention/linear_1", width, width)
            norm(layer + "self_attention/layer_norm")
            if stack == "decoder":
                for number, rows in enumerate((width, 2 * width, width)):
                    linear(f"{layer}attention/linear_{number}", rows, width)
                norm(layer + "attention/layer_norm")
            linear(layer + "ffn/linear_0", inner, width)
            linear(layer + "ffn/linear_1", width, inner)
            norm(layer + "ffn/layer_norm")
    aliases = {"encoder/embeddings_0/weight": "decoder/embeddings/weight",
               "decoder/projection/weight": "decoder/embeddings/weight"}

    def text(value):
        return struct.pack("<H", len(value) + 1) + value.encode() + b"\0"

    with open(folder / "model.bin", "wb") as file:
        file.write(struct.pack("<I", 6) + text("TransformerSpec") + struct.pack("<II", 7, len(variables)))
        for name, value in variables.items():
            kind = ["float32", "int8", "int16"].index(value.dtype.name)
            file.write(text(name) + struct.pack(f"<B{value.ndim}I", value.ndim, *value.shape))
            file.write(struct.pack("<BI", kind, value.nbytes) + value.tobytes())
        file.write(struct.pack("<I", len(aliases)) + b"".join(text(a) + text(b) for a, b in aliases.items()))
    model, names = pieces()
    (folder / "sentencepiece.model").write_bytes(model)
    (folder / "shared_vocabulary.json").write_text(json.dumps(vocabulary(["<blank>", "<s>"] + names, size)))
    (folder / "config.json").write_text(json.dumps({"add_source_eos": True, "decoder_start_token": "<s>"}))
    return folder, total


def argos(folder, shape):
    model, total = folder / "model", 0
    model.mkdir()
    _, total = ctranslate2(model, shape, int8=True)
    package = folder / "package.argosmodel"
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        file.writestr("translate-aa_bb/metadata.json", json.dumps({"from_code": "en", "to_code": "de"}))
        file.write(model / "sentencepiece.model", "translate-aa_bb/sentencepiece.model")
        for name in ("model.bin", "config.json", "shared_vocabulary.json"):
            file.write(model / name, f"translate-aa_bb/model/{name}")
    return package, total


def ctranslate2_int8(folder, shape):
    return ctranslate2(folder, shape, int8=True)


FORMATS = {"transformers": hugging_face, "CTranslate2": ctranslate2, "CTranslate2 int8": ctranslate2_int8,
           "argos int8": argos}


def imported(source, output):
    start = time.perf_counter()
    process = subprocess.Popen([DRAGOMAN, "import", source, "--output", output, "--quiet"])
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{source} could not be imported")
    return time.perf_counter() - start, usage.ru_maxrss * 1024


def measured(make, shape):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "from").mkdir()
        # Elsewhere: a process that starts another one counts its own memory as that one's, too.
        with multiprocessing.get_context("fork").Pool(1) as pool:
            source, size = pool.apply(make, (folder / "from", shape))
        seconds, memory = imported(source, folder / "model")
        return size, seconds, memory


def main():
    names = sys.argv[1:] or ["base", "big"]
    if any(name not in SHAPES for name in names):
        sys.exit("usage: ./run bench import [base|big ...]")
    print(f"{'format':17} {'shape':5} {'weights':>9} {'seconds':>8} {'peak':>9} {'beyond':>9} {'times':>6}")
    worst = 0
    for format, make in FORMATS.items():
        base = measured(make, SHAPES["tiny"])[2]
        for name in names:
            size, seconds, memory = measured(make, SHAPES[name])
            times = (memory - base) / size
            worst = max(worst, times)
            print(f"{format:17} {name:5} {size / 1e6:6.0f} MB {seconds:8.1f} {memory / 1e6:6.0f} MB "
                  f"{(memory - base) / 1e6:6.0f} MB {times:6.2f}", flush=True)
    print(f"ratio {worst:.2f}")
    sys.exit(worst > LARGEST)


main()
