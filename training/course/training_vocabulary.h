#pragma once

#include "base/notice.h"
#include "formats/model_directory.h"
#include "model/model_config.h"
#include "training/course/checkpoints.h"
#include "training/course/training_task.h"
#include "training/data/grown_vocabulary.h"
#include "training/distributed/peers.h"

#include <optional>

namespace dragoman {

/// The tokenizers of a training, and the architecture, which has its vocabularies from them.
struct TrainingVocabulary {
  Tokenizers tokenizers;
  ModelConfig config;
  /// Rank 0's at the start of a training whose model to start from gets more pieces.
  std::optional<GrownVocabulary> grown = std::nullopt;
};

/// Those of the training that goes on, of the model to start from, of the files that are named, or newly learnt; all
/// peers have rank 0's. checkpoints: rank 0's, else null. Throws std::invalid_argument for what does not fit and
/// std::runtime_error naming a file.
TrainingVocabulary settle_vocabulary(const TrainingTask& task, const Checkpoints* checkpoints, const Peers& peers,
                                     const Notice& notice);

}  // namespace dragoman
