#pragma once

#include "training/course/optimiser.h"

#include <torch/nn/module.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace dragoman {

/// A validation whose weights may still be on disk.
struct ValidatedStep {
  std::int64_t step;
  double score;  ///< larger is better, whatever the metric

  bool operator==(const ValidatedStep&) const = default;
};

/// The `count` latest, or best, of `validated` (all if there are fewer), in the order of their steps; of equal scores
/// the earlier one is better.
std::vector<ValidatedStep> last_of(const std::vector<ValidatedStep>& validated, int count);
std::vector<ValidatedStep> best_of(const std::vector<ValidatedStep>& validated, int count);

/// How far a training has come. Together with weights and moments it is all that a run needs to go on as if it had
/// never stopped: random numbers and the order of the data follow from the seed and these counts.
struct TrainingProgress {
  std::int64_t step = 0;            ///< updates done
  std::int64_t epoch = 0;           ///< passes finished
  std::int64_t batch_in_epoch = 0;  ///< batches of this pass done
  std::int64_t batches = 0;         ///< batches done, over all passes
  std::int64_t batch_tokens = 0;    ///< the budget of a batch that there was memory for; 0: not known yet
  std::int64_t target_tokens = 0;   ///< trained on, padding excluded
  double seconds = 0;               ///< spent in training, validation included
  std::int64_t validated_step = 0;  ///< of the last validation
  int stalled = 0;                  ///< validations since the best one
  std::vector<ValidatedStep> kept;  ///< validations whose weights are kept, in order
  std::optional<ValidatedStep> best;
  std::optional<double> model_score;  ///< of the weights that are the model now: the best ones', or their mean's
  std::int64_t skipped = 0;           ///< updates left out because their loss or gradients were not finite
  int setbacks = 0;                   ///< times that the training went back to its last save for that reason
  double rate_factor = 1;             ///< of the learning rate: lower after each of them
  bool finished = false;              ///< the final model has been written for the limits of the last run

  /// The pass that the last update was of, counted from 1.
  std::int64_t current_epoch() const { return epoch + (batch_in_epoch > 0 || step == 0 ? 1 : 0); }

  bool operator==(const TrainingProgress&) const = default;
};

/// As text that progress_of() reads; it throws some std::exception if that is something else.
std::string to_text(const TrainingProgress& progress);
TrainingProgress progress_of(const std::string& text);

/// `more`: tensors that go with them.
void save_state(const std::filesystem::path& file, const torch::nn::Module& model, const Optimiser& optimiser,
                const TrainingProgress& progress, const NamedTensors& more = {});

/// Restores what save_state() wrote, the contents of `more` included. Throws std::runtime_error naming the file if it
/// is damaged or of another model.
TrainingProgress load_state(const std::filesystem::path& file, torch::nn::Module& model, Optimiser& optimiser,
                            const NamedTensors& more = {});

}  // namespace dragoman
