#pragma once

#include "model/model_config.h"
#include "training/course/training_directory.h"
#include "training/options/train_options.h"

#include <optional>
#include <string>

namespace dragoman {

/// All that a training is compared by when it goes on: the options that define it, the architecture, the precision, and
/// the texts by their fingerprint.
NamedValues recorded_options(const TrainOptions& options, const ModelConfig& config, bool bf16,
                             const std::string& texts);

/// What those have that a record lacks: the program that wrote it did not know them.
NamedValues default_options();

/// Names the model to start from in `options` as the `record` does if both mean the same one: the same path or another
/// spelling of it, or the same contents. Without a record, notes what it contains.
void settle_initial_model(NamedValues& options, std::optional<TrainingDirectory::Record> record);

}  // namespace dragoman
