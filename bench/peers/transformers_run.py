"""Translates a file with transformers and prints its speed on stderr, the loading of the model left out.

usage: transformers_run.py MODEL SOURCE BEAM BATCH THREADS LENGTH
MODEL is a folder of MarianMT; sentences of similar lengths are batched, and every hypothesis gets LENGTH tokens.
"""

import json
import pathlib
import sys
import time

import sentencepiece
import torch
from transformers import MarianMTModel

folder, source = map(pathlib.Path, sys.argv[1:3])
beam, batch, threads, length = map(int, sys.argv[3:7])
torch.set_num_threads(threads)
pieces = sentencepiece.SentencePieceProcessor(model_file=str(folder / "source.spm"))
ids = json.loads((folder / "vocab.json").read_text())
model = MarianMTModel.from_pretrained(folder).eval()
end, pad = model.config.eos_token_id, model.config.pad_token_id
lines = [[ids[piece] for piece in pieces.encode(line, out_type=str) if piece in ids] + [end]
         for line in source.read_text().splitlines()]
lines.sort(key=len)
options = dict(num_beams=beam, min_new_tokens=length, max_new_tokens=length, early_stopping=True, do_sample=False,
               forced_eos_token_id=None)
tokens = 0
with torch.inference_mode():
    for begin in [None, *range(0, len(lines), batch)]:
        if begin is None:  # once without being counted
            group = lines[:4]
        else:
            group = lines[begin:begin + batch]
        width = max(map(len, group))
        rows = torch.tensor([row + [pad] * (width - len(row)) for row in group])
        if begin == 0:
            start = time.perf_counter()
        made = model.generate(input_ids=rows, attention_mask=(rows != pad).long(), **options)
        if begin is not None:
            tokens += made.shape[0] * (made.shape[1] - 1)
print(f"{tokens / (time.perf_counter() - start):.0f} tokens/s", file=sys.stderr)
