#include "interruptible.h"
#include "module.h"
#include "options.h"

#include <dragoman/translator.h>
#include <memory>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>
#include <stdexcept>

namespace dragoman::python {

namespace nb = nanobind;

namespace {

// A translator of Python's: what it has to tell goes to a function of Python's.
class PythonTranslator {
 public:
  PythonTranslator(const std::vector<std::string>& models, const OptionTexts& options, nb::object notice)
      : notice_(std::move(notice)) {
    run_interruptibly([&](const std::stop_token&) {
      translator_ = std::make_unique<api::Translator>(models, options_of(options),
                                                      [this](const std::string& text) { tell(text); });
    });
    notice_.raise_error();
  }

  std::vector<api::Translation> translate(const std::vector<api::Line>& lines, const OptionTexts& options) {
    std::vector<api::Translation> translations;
    run_interruptibly([&, translator = open()](const std::stop_token& stop) {
      translations = translator->translate(lines, options_of(options), stop);
    });
    notice_.raise_error();
    return translations;
  }

  std::vector<api::Output> score(const std::vector<std::string>& sources, const std::vector<std::string>& targets,
                                 const OptionTexts& options) {
    std::vector<api::Output> outputs;
    run_interruptibly([&, translator = open()](const std::stop_token&) {
      outputs = translator->score(sources, targets, options_of(options));
    });
    notice_.raise_error();
    return outputs;
  }

  // Calls that are going on keep the model until they end.
  void close() { translator_.reset(); }

  bool is_closed() const { return !translator_; }
  std::size_t lines_at_once() const { return open()->lines_at_once(); }
  std::string fingerprint() const { return open()->fingerprint(); }

 private:
  std::shared_ptr<const api::Translator> open() const {
    if (!translator_) throw std::runtime_error("this translator is closed");
    return translator_;
  }

  void tell(const std::string& text) {
    if (notice_.is_there()) notice_([&]() -> nb::object { return nb::cast(text); });
  }

  Callback notice_;
  std::shared_ptr<const api::Translator> translator_;
};

}  // namespace

void bind_translation(nb::module_& module) {
  nb::exception<api::Interrupted>(module, "Interrupted");

  nb::class_<api::Term>(module, "Term", "A term and its translations.")
      .def(nb::init<std::string, std::vector<std::string>>(), nb::arg("source"), nb::arg("targets"));

  nb::class_<api::Line>(module, "Line")
      .def(nb::init<std::string, std::string, std::vector<api::Term>, std::string, std::string>(), nb::arg("text"),
           nb::arg("prefix"), nb::arg("terms"), nb::arg("source_lang"), nb::arg("target_lang"));

  nb::class_<api::ProbableWord>(module, "Word", "A word of a translation.")
      .def_ro("text", &api::ProbableWord::text, "The word.")
      .def_ro("quality", &api::ProbableWord::quality, "How probable it is that it is right, 0 to 1.");

  nb::class_<api::FoundTerm>(module, "FoundTerm", "A term that a line has.")
      .def_ro("source", &api::FoundTerm::source, "What stands in the line.")
      .def_ro("forms", &api::FoundTerm::forms, "What is allowed in the translation.")
      .def_ro("found", &api::FoundTerm::found, "Whether the best translation has it.");

  nb::class_<api::Output>(module, "Output", "One translation of a line.")
      .def_ro("text", &api::Output::text, "The translation.")
      .def_ro("score", &api::Output::score, "Its log-probability, normalised by length.")
      .def_ro("log_prob", &api::Output::log_prob, "Its log-probability, the sum over the tokens.")
      .def_ro("complete", &api::Output::complete,
              "Whether it ended by itself, rather than was cut at the length limit.")
      .def_ro("tokens", &api::Output::tokens, "The pieces that it is made of, ends of sentences included.")
      .def_ro("token_log_probs", &api::Output::token_log_probs,
              "The log-probability of each piece, given those before it.")
      .def_ro("alignment", &api::Output::alignment,
              "With `alignment=True`: words of line and translation that belong together, counted from 0.")
      .def_ro("quality", &api::Output::quality,
              "With `quality=True`: what is to be expected as sentence chrF, 0 to 100.")
      .def_ro("words", &api::Output::words, "With `quality=True`: how probably each word is right.");

  nb::class_<api::Translation>(module, "Translation")
      .def_ro("outputs", &api::Translation::outputs)
      .def_ro("terms", &api::Translation::terms)
      .def_ro("via", &api::Translation::via)
      .def_ro("redone", &api::Translation::redone);

  nb::class_<PythonTranslator>(module, "Translator")
      .def(nb::init<std::vector<std::string>, OptionTexts, nb::object>(), nb::arg("models"), nb::arg("options"),
           nb::arg("notice").none())
      .def("translate", &PythonTranslator::translate, nb::arg("lines"), nb::arg("options"))
      .def("score", &PythonTranslator::score, nb::arg("sources"), nb::arg("targets"), nb::arg("options"))
      .def("close", &PythonTranslator::close)
      .def_prop_ro("closed", &PythonTranslator::is_closed)
      .def_prop_ro("lines_at_once", &PythonTranslator::lines_at_once)
      .def_prop_ro("fingerprint", &PythonTranslator::fingerprint);
}

}  // namespace dragoman::python
