#include "interruptible.h"
#include "module.h"
#include "options.h"

#include <dragoman/train.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

namespace dragoman::python {

namespace nb = nanobind;

namespace {

// Whether the training came to its end.
bool train(const OptionTexts& options, nb::object on_progress, nb::object on_notice) {
  Callback progress(std::move(on_progress)), notice(std::move(on_notice));
  bool stopped_by_callback = false;
  api::TrainOutcome outcome = api::TrainOutcome::stopped;
  run_interruptibly([&](const std::stop_token& stop) {
    api::TrainCallbacks callbacks;
    callbacks.stop_requested = [&] { return stopped_by_callback || stop.stop_requested(); };
    if (progress.is_there()) {
      callbacks.progress = [&](const api::TrainProgress& status) {
        stopped_by_callback |= !progress([&]() -> nb::object { return nb::cast(status); });
      };
    }
    if (notice.is_there()) {
      callbacks.notice = [&](const std::string& text) {
        stopped_by_callback |= !notice([&]() -> nb::object { return nb::cast(text); });
      };
    }
    outcome = api::train(options_of(options), callbacks);
  });
  progress.raise_error();
  notice.raise_error();
  return outcome == api::TrainOutcome::finished;
}

}  // namespace

void bind_training(nb::module_& module) {
  nb::class_<api::TrainProgress>(module, "TrainProgress", "What is known after an update.")
      .def_ro("step", &api::TrainProgress::step, "Updates so far.")
      .def_ro("epoch", &api::TrainProgress::epoch, "The pass over the corpus, counted from 1.")
      .def_ro("loss", &api::TrainProgress::loss, "A token's, label-smoothed, averaged over the last updates.")
      .def_ro("learning_rate", &api::TrainProgress::learning_rate, "Of the update.")
      .def_ro("tokens_per_second", &api::TrainProgress::tokens_per_second, "Target tokens, without padding.")
      .def_ro("fraction", &api::TrainProgress::fraction,
              "Of the way to the nearest limit, 0 to 1; None if there is none.")
      .def_ro("seconds_remaining", &api::TrainProgress::seconds_remaining, "To that limit, at this run's pace.");
  module.def("train", &train, nb::arg("options"), nb::arg("progress").none(), nb::arg("notice").none());
}

}  // namespace dragoman::python
