"""How long the matrix products of a training step take alone, as PyTorch computes them with all cores: the most that any
implementation of the same model can save on all the rest."""

import statistics
import time

import torch

ROWS, REPEATS = 4096, 5


def seconds_of(rows, inner, columns, precision):
    """Of a product and of those of its two gradients."""
    x, w, dy = (torch.randn(size, dtype=precision) for size in ((rows, inner), (inner, columns), (rows, columns)))
    out = [torch.empty_like(x), torch.empty_like(w), torch.empty_like(dy)]

    def once():
        start = time.perf_counter()
        torch.mm(x, w, out=out[2])
        torch.mm(dy, w.t(), out=out[0])
        torch.mm(x.t(), dy, out=out[1])
        return time.perf_counter() - start

    once()
    return statistics.median(once() for _ in range(REPEATS))


def product_seconds(shape, vocabulary, source_share, bf16):
    """Seconds a target token, and operations (2 for each multiplication) a target token. `source_share` is the number of
    source tokens for each target token. Scores and contexts of attention, a few percent of it, are left out."""
    width, inner, layers = shape["width"], shape["ffn"], shape["layers"]
    feed_forward = [(width, inner), (inner, width)]
    target = [(width, 3 * width)] + 3 * [(width, width)] + feed_forward
    source = [(width, 3 * width), (width, width)] + feed_forward + [(width, 2 * width)]
    products = [(pair, float(layers)) for pair in target] + [(pair, layers * source_share) for pair in source]
    products.append(((width, vocabulary), 1.0))
    taken = {pair: seconds_of(ROWS, *pair, torch.bfloat16 if bf16 else torch.float32) for pair in {pair for pair, _ in products}}
    seconds = sum(times * taken[pair] / ROWS for pair, times in products)
    operations = sum(times * 3 * 2 * pair[0] * pair[1] for pair, times in products)
    return seconds, operations
