#pragma once

#include "model/model_config.h"
#include "training/options/train_options.h"

#include <cstdint>
#include <optional>

namespace dragoman {

/// What is known of a training before its text is cut into tokens.
struct CorpusSize {
  std::int64_t pairs = 0;
  std::int64_t bytes = 0;  ///< of both sides
};

/// Sets those options that the user has not given (`options.given`, which must be there) as suits a corpus of this size
/// and what was given, and returns them. The table is in auto_options.cpp, where it comes from in
/// docs/recipes/README.md.
///
/// initial: of the model that the training starts from, if there is one. processes: that train together.
NamedValues choose_options(TrainOptions& options, ModelConfig& config, const CorpusSize& size,
                           const std::optional<ModelConfig>& initial, int processes);

/// Refuses what is wrong with the options whatever the corpus, before it is read: std::invalid_argument naming them.
void check_before_choice(TrainOptions options, ModelConfig config);

}  // namespace dragoman
