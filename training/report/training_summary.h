#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace dragoman {

/// What the log of a training says of it.
struct TrainingSummary {
  std::int64_t steps = 0;   ///< updates
  std::int64_t epochs = 0;  ///< passes over the corpus, the last one as far as it got
  double seconds = 0;       ///< of training, in all runs

  /// The weights that were best on the validation pairs, by the metric that the training went by.
  struct Best {
    std::int64_t step = 0;
    std::int64_t averaged = 0;  ///< so many weights, of the last validations up to this step; 0: the step's own
    double loss = 0, perplexity = 0;
    std::optional<double> bleu;  ///< none of a language model

    bool operator==(const Best&) const = default;
  };
  std::optional<Best> best;

  bool operator==(const TrainingSummary&) const = default;
};

/// Of the training in a model directory; nothing if it has no log. A line that is not whole, as a training leaves it
/// that is killed, counts for nothing.
std::optional<TrainingSummary> training_summary(const std::filesystem::path& model);

}  // namespace dragoman
