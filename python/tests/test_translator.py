import json
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
import unittest

import demo
import dragoman


def _translate_in_child(translator: dragoman.Translator, results: multiprocessing.Queue) -> None:
    try:
        translator.translate("A dog.")
        results.put("no error")
    except RuntimeError as error:
        results.put(str(error))


def _translate_by_own(model: str, results: multiprocessing.Queue) -> None:
    results.put(dragoman.Translator(model, threads=1).translate("A dog.").text)


class TranslatorTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.lines = demo.lines("test.en")[:60]
        cls.translator = dragoman.Translator(demo.model(), threads=2, notice=None)

    def test_says_what_the_program_says(self) -> None:
        found = self.translator.translate(self.lines, beam_size=3, n_best=2, alignment=True)
        printed = demo.program(
            *("translate", "--model", demo.model(), "--beam-size", 3, "--n-best", 2, "--format", "json", "--alignment"),
            text="\n".join(self.lines) + "\n",
        )
        for translation, line in zip(found, printed.splitlines(), strict=True):
            for output, expected in zip(translation.outputs, json.loads(line)["translations"], strict=True):
                self.assertEqual(output.text, expected["text"])
                self.assertEqual(output.score, expected["score"])
                self.assertEqual(output.tokens, expected["tokens"])
                self.assertEqual([list(pair) for pair in output.alignment], expected["alignment"])

    def test_one_line_is_one_translation(self) -> None:
        one = self.translator.translate(self.lines[0])
        self.assertIsInstance(one, dragoman.Translation)
        self.assertEqual(one.text, self.translator.translate(self.lines)[0].text)
        self.assertEqual(str(one), one.text)
        self.assertEqual(self.translator.translate([]), [])
        self.assertEqual(self.translator.translate(["", " "])[1].text, "")

    def test_takes_generators_and_streams(self) -> None:
        expected = [one.text for one in self.translator.translate(self.lines)]
        self.assertEqual([one.text for one in self.translator.translate(line for line in self.lines)], expected)
        many = self.lines * 40
        taken = []

        def source():
            for line in many:
                taken.append(line)
                yield line

        stream = self.translator.stream(source())
        self.assertEqual(next(stream).text, expected[0])
        self.assertLess(len(taken), len(many))
        self.assertEqual([expected[0], *(one.text for one in stream)], expected * 40)

    def test_a_generator_that_raises_is_heard(self) -> None:
        def source():
            yield "A dog."
            raise KeyError("gone")

        with self.assertRaises(KeyError):
            self.translator.translate(source())
        with self.assertRaises(KeyError):
            list(self.translator.stream(source()))

    def test_lines_have_requests(self) -> None:
        line = dragoman.Line("A dog.", prefix="Zwei")
        self.assertTrue(self.translator.translate(line).text.startswith("Zwei"))
        word = self.lines[0].split()[1].strip(",.")
        with_term = self.translator.translate([dragoman.Line(self.lines[0], terms={word: ["Hunde"]})])[0]
        self.assertIn("Hunde", with_term.text)
        self.assertEqual([(term.source, term.found) for term in with_term.terms], [(word, True)])

    def test_scores(self) -> None:
        found = self.translator.translate(self.lines, beam_size=1)
        scores = self.translator.score(self.lines, [one.text for one in found])
        same = [(a.score, b.score) for a, b in zip(scores, found) if a.tokens == b.tokens]
        self.assertGreater(len(same), 10)
        for given, searched in same:
            self.assertAlmostEqual(given, searched, places=3)
        with self.assertRaises(ValueError):
            self.translator.score(self.lines, [])
        with self.assertRaises(TypeError):
            self.translator.score("text", "text")

    def test_refuses_what_cannot_be(self) -> None:
        with self.assertRaisesRegex(ValueError, "beam_size|beam-size"):
            self.translator.translate("A dog.", beam_size=0)
        with self.assertRaisesRegex(ValueError, "beem-size is not an option"):
            self.translator.translate("A dog.", beem_size=2)
        with self.assertRaisesRegex(ValueError, "when the model is loaded"):
            self.translator.translate("A dog.", threads=1)
        with self.assertRaises(RuntimeError):
            dragoman.Translator("/nowhere")
        for wrong in (5, None, [5], [b"A dog."]):
            with self.assertRaises(TypeError):
                self.translator.translate(wrong)
        with self.assertRaises(TypeError):
            self.translator.translate("A dog.", beam_size={"a": 1}.items)

    def test_text_that_is_none(self) -> None:
        self.assertIsInstance(self.translator.translate("A \ud800 dog\0.").text, str)

    def test_closes(self) -> None:
        with dragoman.Translator(demo.model(), threads=1) as translator:
            self.assertFalse(translator.closed)
        self.assertTrue(translator.closed)
        with self.assertRaisesRegex(RuntimeError, "closed"):
            translator.translate("A dog.")
        translator.close()

    def test_threads_share_one(self) -> None:
        expected = [one.text for one in self.translator.translate(self.lines)]
        found = []
        threads = [
            threading.Thread(target=lambda: found.append([one.text for one in self.translator.translate(self.lines)]))
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(found, [expected] * 4)

    def test_other_processes_have_their_own(self) -> None:
        with self.assertRaisesRegex(TypeError, "another process"):
            pickle.dumps(self.translator)
        fork = multiprocessing.get_context("fork")
        results = fork.Queue()
        for target, argument, expected in (
            (_translate_in_child, self.translator, "forked"),
            (_translate_by_own, demo.model(), self.translator.translate("A dog.").text),
        ):
            child = fork.Process(target=target, args=(argument, results))
            child.start()
            self.assertIn(expected, results.get(timeout=60))
            child.join(timeout=60)
            self.assertEqual(child.exitcode, 0)

    def test_notices_are_heard(self) -> None:
        said = []
        translator = dragoman.Translator(demo.model(), threads=1, notice=said.append)
        translator.translate("dog 日本")
        self.assertRegex(said[0], "line 1")
        with self.assertLogs("dragoman") as logs:
            dragoman.Translator(demo.model(), threads=1).translate("dog 日本")
        self.assertRegex(logs.output[0], "line 1")

        said.clear()

        def complain(text: str) -> None:
            said.append(text)
            if len(said) == 1:
                raise ArithmeticError("heard")

        translator = dragoman.Translator(demo.model(), threads=1, notice=complain)
        with self.assertRaisesRegex(ArithmeticError, "heard"):
            translator.translate("dog 日本")
        self.assertIsInstance(translator.translate("dog 日本").text, str)

    def test_control_c_ends_a_call(self) -> None:
        script = (
            "import dragoman, sys\n"
            "translator = dragoman.Translator(sys.argv[1], threads=1)\n"
            "lines = [f'A dog and {i} cats sit in front of a house.' for i in range(1_000_000)]\n"
            "print('ready', flush=True)\n"
            "translator.translate(lines, beam_size=8)\n"
        )
        child = subprocess.Popen(
            [sys.executable, "-c", script, demo.model()],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # Tests that run in the background ignore it, and their children would.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        self.addCleanup(child.kill)
        child.stdout.readline()
        time.sleep(1)
        child.send_signal(signal.SIGINT)
        _, said = child.communicate(timeout=30)
        self.assertTrue(said.rstrip().endswith("KeyboardInterrupt"), said)
        self.assertEqual(child.returncode, -signal.SIGINT)


class ConsoleTest(unittest.TestCase):
    def test_is_the_program(self) -> None:
        console = os.path.join(os.path.dirname(sys.executable), "dragoman")
        text = "\n".join(demo.lines("test.en")[:10]) + "\n"
        arguments = ["translate", "--model", demo.model()]
        for command in ([console], [sys.executable, "-m", "dragoman"]):
            found = subprocess.run([*command, *arguments], input=text, capture_output=True, text=True, encoding="utf-8")
            self.assertEqual((found.returncode, found.stdout), (0, demo.program(*arguments, text=text)))
        facts = subprocess.run([console, "doctor"], capture_output=True, text=True).stdout
        # Of the wheel's folders, in whose names a checksum may be.
        for library, file in (("LibTorch", "libtorch_cpu"), ("SentencePiece", "libsentencepiece")):
            self.assertRegex(facts, rf"\n  {library} +/.*site-packages/.*/{file}[.-]")
        wrong = subprocess.run([console, "translat"], capture_output=True, text=True)
        self.assertEqual((wrong.returncode, wrong.stdout), (2, ""))
        self.assertIn("the nearest is translate", wrong.stderr)
        self.assertEqual(dragoman.__version__, demo.program("--version").split()[1])


if __name__ == "__main__":
    unittest.main()
