#include "interruptible.h"
#include "module.h"
#include "options.h"

#include <dragoman/evaluate.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

namespace dragoman::python {

namespace nb = nanobind;

namespace {

std::vector<api::Score> evaluate(const std::vector<std::string>& hypotheses,
                                 const std::vector<std::vector<std::string>>& references, const OptionTexts& options,
                                 bool sentences) {
  const nb::gil_scoped_release unlocked;
  return api::evaluate(hypotheses, references, options_of(options),
                       sentences ? api::SentenceScores::wanted : api::SentenceScores::unwanted);
}

}  // namespace

void bind_evaluation(nb::module_& module) {
  nb::class_<api::Score>(
      module, "Score",
      "A metric's score of a corpus; as text the line that `dragoman evaluate` prints, as float the number.")
      .def_ro("name", &api::Score::name, "As \"BLEU\".")
      .def_ro("score", &api::Score::score, "The number.")
      .def_ro("signature", &api::Score::signature, "What it depends on, as sacreBLEU writes it.")
      .def_ro("sentences", &api::Score::sentences, "With `sentences=True`: each sentence's own score.")
      .def("__str__", [](const api::Score& score) { return score.text; })
      .def("__repr__", [](const api::Score& score) { return "<" + score.text + ">"; })
      .def("__float__", [](const api::Score& score) { return score.score; });
  module.def("evaluate", &evaluate, nb::arg("hypotheses"), nb::arg("references"), nb::arg("options"),
             nb::arg("sentences"));
}

}  // namespace dragoman::python
