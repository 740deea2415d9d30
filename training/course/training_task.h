#pragma once

#include "base/notice.h"
#include "decoding/engine/workers.h"
#include "model/model_config.h"
#include "training/data/training_data.h"
#include "training/distributed/peers.h"
#include "training/options/train_options.h"

#include <torch/types.h>

#include <memory>

namespace dragoman {

/// What is to be trained, and on what, settled before a folder is made: what is wrong with options and texts leaves no
/// trace.
struct TrainingTask {
  TrainOptions options;  ///< with those that the program has chosen
  NamedValues chosen;    ///< these
  ModelConfig config;    ///< the architecture that is wanted; vocabularies are not known yet
  torch::Device device;
  int threads;
  std::shared_ptr<const Workers> workers;
  TrainingText text;

  /// Whether matrix products are computed in bf16.
  bool is_bf16() const;
};

/// Reads the texts, chooses what the user has left to the program (or takes what was chosen when the training began),
/// and checks that the peers want the same. Throws std::invalid_argument for options and std::runtime_error for files.
TrainingTask settle_task(TrainOptions options, ModelConfig config, const Peers& peers, const Notice& notice);

/// Whether --precision auto computes matrix products in bf16 on this device.
bool multiplies_bf16(torch::Device device);

/// What model and training ask of each other: std::invalid_argument naming the options.
void check_fit(const ModelConfig& config, const TrainOptions& options);

}  // namespace dragoman
