#pragma once

#include <cstdint>
#include <dragoman/export.h>
#include <dragoman/options.h>
#include <functional>
#include <optional>
#include <string>

namespace dragoman::api {

/// What is known after an update.
struct TrainProgress {
  std::int64_t step = 0;
  std::int64_t epoch = 1;  ///< the pass over the corpus, counted from 1
  double loss = 0;         ///< label-smoothed, a token, averaged over the last updates
  double learning_rate = 0;
  double tokens_per_second = 0;             ///< target tokens, padding excluded
  std::optional<double> fraction;           ///< of the way to the nearest limit, 0 to 1
  std::optional<double> seconds_remaining;  ///< to that limit, at this run's pace
};

/// How a training speaks with whoever runs it, in the thread that called train(). Empty functions are not called.
struct TrainCallbacks {
  std::function<void(const std::string&)> notice;  ///< a line of text: what was chosen, validations
  std::function<void(const TrainProgress&)> progress;
  std::function<bool()> stop_requested;  ///< asked before each update: true ends the training with its state saved
};

enum class TrainOutcome { finished, stopped };

/// Trains a model as `dragoman train` does, or goes on with one that was stopped. options: those of the command, files
/// and the model's directory among them; `config` names a recipe. Throws std::invalid_argument for options that cannot
/// be, and std::runtime_error for what fails.
DRAGOMAN_API TrainOutcome train(const Options& options, const TrainCallbacks& callbacks = {});

}  // namespace dragoman::api
