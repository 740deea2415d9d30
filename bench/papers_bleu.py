"""BLEU as papers on Multi30k give it: ./run bench papers_bleu --language CODE TRANSLATIONS [REFERENCES]

Translations and references are in lower case, with their punctuation normalised and cut into tokens as Moses does it, as the
corpus' authors prepared it, and BLEU counts these tokens. It is not comparable with that of `dragoman evaluate` (cased,
detokenised, 13a), which is printed beside it. REFERENCES: Multi30k's test_2016_flickr (MULTI30K_DIR, else build/multi30k) unless
given. Needs a Python with sacremoses and sacrebleu: PEERS_PYTHON, or bench/peers/setup.sh.
"""

import argparse
import pathlib
import sys

import sacrebleu
import sacremoses

from peers.measured import text


def prepared(lines, language):
    normaliser, tokenizer = sacremoses.MosesPunctNormalizer(lang=language), sacremoses.MosesTokenizer(lang=language)
    return [tokenizer.tokenize(normaliser.normalize(line.lower()), escape=False, return_str=True) for line in lines]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--language", required=True, metavar="CODE", help="of the translations: de, fr")
    parser.add_argument("translations", type=pathlib.Path)
    parser.add_argument("references", type=pathlib.Path, nargs="?")
    options = parser.parse_args()
    translations = options.translations.read_bytes().decode().splitlines()
    references = (options.references.read_bytes() if options.references else
                  text(f"test_2016_flickr.{options.language}")).decode().splitlines()
    if len(translations) != len(references):
        sys.exit(f"{options.translations} has {len(translations)} lines, the references {len(references)}")
    papers = sacrebleu.corpus_bleu(prepared(translations, options.language), [prepared(references, options.language)],
                                   tokenize="none", force=True)
    usual = sacrebleu.corpus_bleu(translations, [references])
    print(f"as papers give it {papers.score:.2f}, detokenised and cased {usual.score:.2f}")


main()
