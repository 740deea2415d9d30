import unittest

import demo
import dragoman


class EvaluationTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.references = demo.lines("test.de")[:50]
        cls.hypotheses = [*cls.references[1:40], *cls.references[39:]]

    def printed(self, *options: object) -> str:
        for name in ("hypotheses", "references"):
            (demo.FOLDER / name).write_text("\n".join(getattr(self, name)) + "\n", encoding="utf-8")
        return demo.program(
            "evaluate", "--hypothesis", demo.FOLDER / "hypotheses", "--reference", demo.FOLDER / "references", *options
        ).strip()

    def test_says_what_the_program_says(self) -> None:
        self.assertEqual(str(dragoman.bleu(self.hypotheses, self.references)), self.printed())
        for found, options in (
            (dragoman.bleu(self.hypotheses, self.references, tokenize="intl"), ("--tokenize", "intl")),
            (dragoman.chrf(self.hypotheses, self.references, word_order=2), ("--metrics", "chrf++")),
            (dragoman.ter(self.hypotheses, self.references, no_punct=True), ("--metrics", "ter", "--ter-no-punct")),
        ):
            self.assertEqual(str(found), self.printed(*options))
        several = dragoman.evaluate(self.hypotheses, self.references, ["bleu", "chrf"])
        printed = self.printed("--metrics", "bleu", "chrf").splitlines()
        self.assertEqual([str(score) for score in several], [line.strip() for line in printed])

    def test_takes_streams_of_which_some_lack(self) -> None:
        lacking = [None, *self.references[1:]]
        score = dragoman.bleu(self.references, [self.hypotheses, lacking])
        self.assertEqual(score.signature.split("|")[0], "nrefs:var")
        self.assertEqual(float(dragoman.chrf(self.hypotheses, [self.hypotheses])), 100.0)

    def test_scores_sentences(self) -> None:
        score = dragoman.chrf(self.hypotheses, self.references, sentences=True)
        self.assertEqual(len(score.sentences), 50)
        self.assertAlmostEqual(score.sentences[-1], 100.0)

    def test_refuses_what_cannot_be(self) -> None:
        with self.assertRaisesRegex(ValueError, "50 hypotheses, but 1 references"):
            dragoman.bleu(self.hypotheses, ["one"])
        with self.assertRaises(ValueError):
            dragoman.bleu([], [])
        with self.assertRaisesRegex(ValueError, "tokenize"):
            dragoman.bleu(self.hypotheses, self.references, tokenize="none of them")


if __name__ == "__main__":
    unittest.main()
