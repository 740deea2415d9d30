"""Training speed of plain PyTorch as an expert would write it: nn.Transformer, pre-norm, tied embeddings, label smoothing,
fused Adam, clipping, batches of similar lengths under a token budget. Prints target tokens per second, padding excluded.

usage: torch_train.py TOKENIZER.spm TRAIN.source TRAIN.target --width 128 --ffn 256 --layers 4 --heads 4 [--bf16] [--compile] [--steps N]
"""

import argparse
import math
import random
import time

import sentencepiece
import torch
from torch import nn
from torch.nn import functional


def read_options():
    parser = argparse.ArgumentParser()
    for name in ("tokenizer", "source", "target"):
        parser.add_argument(name)
    for name, value in (("width", 128), ("ffn", 256), ("layers", 4), ("heads", 4), ("steps", 20), ("warm-up", 5), ("batch-tokens", 4096)):
        parser.add_argument("--" + name, type=int, default=value)
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--bf16", action="store_true")
    parser.add_argument("--compile", action="store_true")
    return parser.parse_args()


def make_batches(source, target, budget):
    order = sorted(range(len(source)), key=lambda i: (len(target[i]), len(source[i])))
    batches, current, longest = [], [], 0
    for i in order:
        length = max(len(source[i]), len(target[i]))
        if current and max(longest, length) * (len(current) + 1) > budget:
            batches.append(current)
            current, longest = [], 0
        current.append(i)
        longest = max(longest, length)
    batches.append(current)
    random.shuffle(batches)
    return batches


class Model(nn.Module):
    def __init__(self, options, vocabulary, pad):
        super().__init__()
        self.pad = pad
        self.embedding = nn.Embedding(vocabulary, options.width, padding_idx=pad)
        nn.init.normal_(self.embedding.weight, 0, options.width**-0.5)
        self.dropout = nn.Dropout(options.dropout)
        self.transformer = nn.Transformer(
            options.width, options.heads, options.layers, options.layers, options.ffn, options.dropout,
            batch_first=True, norm_first=True,
        )
        position, rate = torch.arange(1024)[:, None], torch.exp(torch.arange(0, options.width, 2) * (-math.log(10000) / options.width))
        self.register_buffer("positions", torch.stack((torch.sin(position * rate), torch.cos(position * rate)), 2).flatten(1))

    def embed(self, ids):
        return self.dropout(self.embedding(ids) * math.sqrt(self.embedding.embedding_dim) + self.positions[: ids.shape[1]])

    def forward(self, source, target):
        padding = (source == self.pad).float() * -1e9
        causal = nn.Transformer.generate_square_subsequent_mask(target.shape[1])
        states = self.transformer(
            self.embed(source), self.embed(target), tgt_mask=causal, tgt_is_causal=True,
            src_key_padding_mask=padding, memory_key_padding_mask=padding,
        )
        return functional.linear(states, self.embedding.weight)


def main():
    options = read_options()
    torch.manual_seed(1)
    random.seed(1)
    pieces = sentencepiece.SentencePieceProcessor(model_file=options.tokenizer)
    pad, bos, eos = pieces.pad_id(), pieces.bos_id(), pieces.eos_id()
    source = [pieces.encode(line.strip()) + [eos] for line in open(options.source, encoding="utf-8")]
    target = [[bos] + pieces.encode(line.strip()) + [eos] for line in open(options.target, encoding="utf-8")]
    batches = make_batches(source, target, options.batch_tokens)
    model = Model(options, pieces.get_piece_size(), pad)
    optimizer = torch.optim.Adam(model.parameters(), 1e-3, betas=(0.9, 0.98), fused=True)

    def padded(rows):
        width = max(map(len, rows))
        return torch.tensor([row + [pad] * (width - len(row)) for row in rows])

    def loss_of(x, y):
        logits = model(x, y[:, :-1])
        return functional.cross_entropy(logits.flatten(0, 1).float(), y[:, 1:].flatten(), ignore_index=pad, label_smoothing=0.1)

    if options.compile:
        loss_of = torch.compile(loss_of, dynamic=True)

    def step(batch):
        x, y = padded([source[i] for i in batch]), padded([target[i] for i in batch])
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=options.bf16):
            loss = loss_of(x, y)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        return loss.item(), int((y[:, 1:] != pad).sum())

    for batch in batches[: options.warm_up]:
        step(batch)
    start, tokens = time.perf_counter(), 0
    for batch in batches[options.warm_up : options.warm_up + options.steps]:
        tokens += step(batch)[1]
    print(tokens / (time.perf_counter() - start))


main()
