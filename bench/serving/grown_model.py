"""A model of base size that translates as a small one does, so that a measurement has sentences of natural length.

Chen et al. 2016, "Net2Net": every unit is there several times, what sums over the copies is divided by their number, and the added
layers add nothing. Layer norms of copies are copies of layer norms. The added tokens have a bias that no search overcomes.
"""

import json
import pathlib
import struct
import subprocess
import sys

import numpy

WIDTH, INNER, LAYERS, VOCABULARY = 512, 2048, 6, 32_000
NEVER = -1e4  # the logit of what is no token of the small model


def read_tensors(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = file.read()
    header.pop("__metadata__", None)
    return {name: numpy.frombuffer(data[slice(*entry["data_offsets"])], numpy.float32).reshape(entry["shape"])
            for name, entry in header.items()}


def write_tensors(path, tensors):
    header, offset = {}, 0
    for name, value in tensors.items():
        header[name] = {"dtype": "F32", "shape": value.shape, "data_offsets": [offset, offset + value.nbytes]}
        offset += value.nbytes
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for value in tensors.values():
            file.write(numpy.ascontiguousarray(value, numpy.float32).tobytes())


def copies(value, *counts):
    """Copies of a matrix's rows and columns; columns are what is summed over."""
    return numpy.tile(value, counts) / (counts[1] if len(counts) > 1 else 1)


def grown_tensor(name, value, times, inner_times):
    if name.endswith("inner.weight"):
        return copies(value, inner_times, times)
    if name.endswith("inner.bias"):
        return copies(value, inner_times)
    if name.endswith("outer.weight"):
        return copies(value, times, inner_times)
    if ".qkv." in name or ".kv." in name:
        parts = numpy.split(value, 3 if ".qkv." in name else 2)
        return numpy.concatenate([copies(part, times, times) if value.ndim == 2 else copies(part, times) for part in parts])
    return copies(value, times, times) if value.ndim == 2 else copies(value, times)


def grown_tensors(tensors, width, layers, inner):
    times, inner_times = WIDTH // width, INNER // inner
    embedding = tensors.pop("embedding.weight")
    # The embedding is scaled by the root of the width.
    table = numpy.zeros((VOCABULARY, WIDTH), numpy.float32)
    table[:len(embedding)] = numpy.tile(embedding, (1, times)) / times ** 0.5
    grown = {"embedding.weight": table, "output_bias": numpy.full(VOCABULARY, NEVER, numpy.float32)}
    grown["output_bias"][:len(embedding)] = 0
    for name, value in tensors.items():
        grown[name] = grown_tensor(name, value, times, inner_times)
    for part in ("weight", "bias"):
        # The output layer sums over the copies in the table.
        grown[f"decoder.final_norm.{part}"] = grown[f"decoder.final_norm.{part}"] / times ** 0.5
    for layer in range(layers, LAYERS):
        for name in [name for name in grown if f".layers.{layers - 1}." in name]:
            value = grown[name]
            silent = ".output." in name or ".outer." in name
            grown[name.replace(f".layers.{layers - 1}.", f".layers.{layer}.")] = numpy.zeros_like(value) if silent else value
    return grown


def more_pieces(model, count):
    """A SentencePiece model with so many more pieces, of which none is ever used: a protobuf is added to by writing behind it."""
    unused = b"\x18\x05"  # field 3, the type: UNUSED
    for i in range(count):
        name = f"unused{i}".encode()
        piece = b"\x0a" + bytes([len(name)]) + name + b"\x15" + struct.pack("<f", -100) + unused
        model += b"\x0a" + bytes([len(piece)]) + piece
    return model


def grow(dragoman, small, folder, source="en", target="de"):
    """Writes the grown model of `small`, one of docs/recipes/multi30k.yaml or of the same form, with these languages."""
    small, folder = pathlib.Path(small), pathlib.Path(folder)
    config = json.loads((small / "config.json").read_text())
    expected = {"positions": "rotary", "norm": "pre", "tied_embeddings": "all", "output_bias": False, "final_norm": True}
    wrong = [name for name, value in expected.items() if config.get(name) != value]
    if wrong or WIDTH % config["width"] or INNER % config["feed_forward_width"] or config["encoder_layers"] != config["decoder_layers"]:
        sys.exit(f"{small}: only models like those of docs/recipes/multi30k.yaml can be grown ({', '.join(wrong) or 'sizes'})")
    folder.mkdir()
    tensors = grown_tensors(read_tensors(small / "model.safetensors"), config["width"], config["encoder_layers"],
                            config["feed_forward_width"])
    write_tensors(folder / "model.safetensors", tensors)
    (folder / "tokenizer.spm").write_bytes(more_pieces((small / "tokenizer.spm").read_bytes(), VOCABULARY - config["target_vocabulary"]))
    (folder / "config.json").write_text(json.dumps({
        **config, "width": WIDTH, "feed_forward_width": INNER, "heads": config["heads"] * WIDTH // config["width"],
        "encoder_layers": LAYERS, "decoder_layers": LAYERS, "source_vocabulary": VOCABULARY, "target_vocabulary": VOCABULARY,
        "output_bias": True, "source_lang": source, "target_lang": target}))
    subprocess.run([dragoman, "seal", "--quiet", "--model", folder], check=True)
