"""Models with random weights, as other programs keep them."""

import io
import json
import struct

import numpy
import sentencepiece


def pieces():
    """A SentencePiece model of a few pieces; the rest of a vocabulary has none, which is as much work."""
    lines = [f"{a} {b} {a}{b}" for a in "abcdefghij" for b in "klmnopqrst"]
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(sentence_iterator=iter(lines), model_writer=model, vocab_size=30, eos_id=0,
                                             unk_id=1, bos_id=-1, pad_id=-1, minloglevel=2)
    processor = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
    return model.getvalue(), [processor.IdToPiece(i) for i in range(processor.GetPieceSize())]


def weight(generator, *shape):
    return generator.standard_normal(shape, dtype=numpy.float32) * 0.02


def vocabulary(names, size):
    return names + [f"w{i}" for i in range(size - len(names))]


def hugging_face(folder, shape, tokenizer=None):
    """A folder of MarianMT, and the bytes of its weights; tokenizer: a SentencePiece model and its pieces."""
    layers, width, inner, heads, size = shape
    generator, tensors = numpy.random.default_rng(1), {}
    tensors["model.shared.weight"] = weight(generator, size, width)
    tensors["final_logits_bias"] = weight(generator, 1, size)

    def linear(name, rows, columns):
        tensors[name + ".weight"], tensors[name + ".bias"] = weight(generator, rows, columns), weight(generator, rows)

    def norm(name):
        tensors[name + ".weight"], tensors[name + ".bias"] = weight(generator, width), weight(generator, width)

    for stack in ("encoder", "decoder"):
        for i in range(layers):
            layer = f"model.{stack}.layers.{i}."
            for attention in ("self_attn", "encoder_attn")[:1 + (stack == "decoder")]:
                for part in "qkv":
                    linear(f"{layer}{attention}.{part}_proj", width, width)
                linear(f"{layer}{attention}.out_proj", width, width)
                norm(f"{layer}{attention}_layer_norm")
            linear(layer + "fc1", inner, width)
            linear(layer + "fc2", width, inner)
            norm(layer + "final_layer_norm")
    header, offset = {}, 0
    for name, value in tensors.items():
        header[name] = {"dtype": "F32", "shape": value.shape, "data_offsets": [offset, offset + value.nbytes]}
        offset += value.nbytes
    text = json.dumps(header).encode()
    with open(folder / "model.safetensors", "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for value in tensors.values():
            file.write(value.tobytes())
    model, names = tokenizer or pieces()
    for name in ("source.spm", "target.spm"):
        (folder / name).write_bytes(model)
    tokens = vocabulary(names, size - 1) + ["<pad>"]
    (folder / "vocab.json").write_text(json.dumps({token: i for i, token in enumerate(tokens)}))
    (folder / "config.json").write_text(json.dumps({
        "model_type": "marian", "d_model": width, "encoder_layers": layers, "decoder_layers": layers,
        "encoder_attention_heads": heads, "decoder_attention_heads": heads, "encoder_ffn_dim": inner,
        "decoder_ffn_dim": inner, "activation_function": "swish", "scale_embedding": True, "vocab_size": size,
        "decoder_vocab_size": size, "pad_token_id": size - 1, "eos_token_id": 0, "decoder_start_token_id": size - 1,
        "max_position_embeddings": 512, "share_encoder_decoder_embeddings": True}))
    return folder, offset
