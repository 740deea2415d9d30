#pragma once

#include "model/named_tensors.h"
#include "model/seq2seq_model.h"
#include "training/course/moving_average.h"
#include "training/course/optimiser.h"
#include "training/course/training_state.h"
#include "training/distributed/peers.h"
#include "training/options/train_options.h"

#include <memory>
#include <optional>

namespace dragoman {

/// What learns in a training: a model, and what is kept beside its weights from one update to the next.
struct Learner {
  /// The model, which has its weights on the device that it learns on, is put into training mode.
  Learner(std::shared_ptr<Seq2SeqModel> model, const TrainOptions& options);

  /// The average's own tensors, named "average." + the parameter's name; none where there is no average.
  NamedTensors average_state() const;

  /// Gives all peers what rank 0 has.
  void share(const Peers& peers) const;

  std::shared_ptr<Seq2SeqModel> model;
  Optimiser optimiser;
  std::optional<MovingAverage> average;  ///< with --ema-decay
};

/// Rank 0's progress, for all peers.
TrainingProgress shared_progress(const TrainingProgress& progress, const Peers& peers);

}  // namespace dragoman
