import unittest

import demo
import dragoman


class TrainingTest(unittest.TestCase):
    def options(self, name: str, steps: int) -> dict:
        return {"model": demo.FOLDER / name, "max_steps": steps, **demo.files(), **demo.RECIPE}

    def weights(self, name: str) -> bytes:
        return (demo.FOLDER / name / "model.safetensors").read_bytes()

    def test_makes_the_programs_model(self) -> None:
        steps, notices = [], []
        options = self.options("mine", 10)
        self.assertTrue(
            dragoman.train(progress=lambda status: steps.append(status.step), notice=notices.append, **options)
        )
        self.assertEqual(steps, list(range(1, 11)))
        self.assertTrue(notices)
        arguments = []
        for name, value in {**options, "model": demo.FOLDER / "theirs"}.items():
            arguments += [f"--{name.replace('_', '-')}", value]
        demo.program("train", *arguments)
        self.assertEqual(self.weights("mine"), self.weights("theirs"))

    def test_stops_and_goes_on(self) -> None:
        options = self.options("stopped", 12)
        self.assertFalse(dragoman.train(progress=lambda status: status.step < 5, **options))
        steps = []
        self.assertTrue(dragoman.train(progress=lambda status: steps.append(status.step), **options))
        self.assertEqual(steps[0], 6)
        self.assertTrue(dragoman.train(**self.options("whole", 12)))
        self.assertEqual(self.weights("stopped"), self.weights("whole"))

    def test_a_callback_that_raises_stops_it(self) -> None:
        def complain(status: dragoman.TrainProgress) -> None:
            if status.step == 3:
                raise ArithmeticError("enough")

        with self.assertRaisesRegex(ArithmeticError, "enough"):
            dragoman.train(progress=complain, **self.options("raised", 12))
        steps = []
        dragoman.train(progress=lambda status: steps.append(status.step), **self.options("raised", 12))
        self.assertEqual(steps[0], 4)

    def test_refuses_what_cannot_be(self) -> None:
        with self.assertRaisesRegex(ValueError, "model"):
            dragoman.train()
        with self.assertRaisesRegex(ValueError, "width: 'wide'"):
            dragoman.train(**{**self.options("wrong", 5), "width": "wide"})
        with self.assertRaises(RuntimeError):
            dragoman.train(**{**self.options("wrong", 5), "train_source": "/nowhere"})


if __name__ == "__main__":
    unittest.main()
