"""Translates a file with CTranslate2 and prints its speed on stderr, the loading of the model left out.

usage: ctranslate2_run.py MODEL SOURCE BEAM COMPUTE_TYPE BATCH WORKERS THREADS LENGTH [one] [cuda]
MODEL is a folder that `dragoman export` wrote; every hypothesis gets LENGTH tokens, or as many as it likes with 0. With `one`,
sentence by sentence; with `cuda`, on a GPU.
"""

import pathlib
import sys
import time

import ctranslate2
import sentencepiece

folder, source, beam, kind, batch, workers, threads, length = sys.argv[1:9]
joint = pathlib.Path(folder) / "tokenizer.spm"
pieces = sentencepiece.SentencePieceProcessor(model_file=str(joint if joint.exists() else joint.with_name("source.spm")))
lines = [pieces.encode(line.rstrip("\n"), out_type=str) for line in open(source, encoding="utf-8")]
wishes = sys.argv[9:]
translator = ctranslate2.Translator(folder, device="cuda" if "cuda" in wishes else "cpu", compute_type=kind,
                                    inter_threads=int(workers), intra_threads=int(threads))
options = dict(beam_size=int(beam), max_input_length=0)
if int(length) > 0:
    options |= dict(min_decoding_length=int(length), max_decoding_length=int(length))
translator.translate_batch(lines[:64], beam_size=int(beam), max_decoding_length=4)
groups = [[line] for line in lines] if "one" in wishes else [lines]
start = time.perf_counter()
tokens = 0
for group in groups:
    results = translator.translate_batch(group, max_batch_size=int(batch), batch_type="examples", **options)
    tokens += sum(len(result.hypotheses[0]) for result in results)
print(f"{tokens / (time.perf_counter() - start):.0f} tokens/s", file=sys.stderr)
