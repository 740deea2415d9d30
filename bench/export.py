"""Whether an exported model translates the same in CTranslate2: ./run bench export MODEL SOURCE

Exports MODEL, translates SOURCE with both programs in fp32 by one stopping rule, greedily and with 5 beams, and shows the
lines that differ. Needs a Python with ctranslate2 and sentencepiece: PEERS_PYTHON, or bench/peers/setup.sh.
"""

import pathlib
import subprocess
import sys
import tempfile

import ctranslate2
import sentencepiece

ROOT = pathlib.Path(__file__).resolve().parent.parent
DRAGOMAN = ROOT / "build/release/dragoman"
LONGEST = 200


def processors(folder):
    joint = folder / "tokenizer.spm"
    names = [joint, joint] if joint.exists() else [folder / "source.spm", folder / "target.spm"]
    return [sentencepiece.SentencePieceProcessor(model_file=str(name)) for name in names]


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: ./run bench export MODEL SOURCE")
    model, source = sys.argv[1:]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        subprocess.run([DRAGOMAN, "export", "--quiet", "--model", model, "--output", folder], check=True)
        encoder, decoder = processors(folder)
        lines = open(source, encoding="utf-8").read().splitlines()
        pieces = [encoder.encode(line, out_type=str) for line in lines]
        translator = ctranslate2.Translator(name, device="cpu", compute_type="float32")
        for beam in (1, 5):
            results = translator.translate_batch(pieces, beam_size=beam, max_decoding_length=LONGEST, length_penalty=1)
            theirs = [decoder.decode(result.hypotheses[0]) for result in results]
            ours = subprocess.run(
                [DRAGOMAN, "translate", "--quiet", "--model", model, "--input", source, "--beam-size", str(beam),
                 "--max-length", str(LONGEST)], check=True, capture_output=True, text=True).stdout.splitlines()
            same = sum(a == b for a, b in zip(ours, theirs, strict=True))
            for number, (a, b) in enumerate(zip(ours, theirs), 1):
                if a != b:
                    print(f"{number}: {a}\n{' ' * len(str(number))}  {b}")
            print(f"beam {beam}: {same} of {len(lines)} lines identical ({100 * same / len(lines):.2f} %)")


main()
