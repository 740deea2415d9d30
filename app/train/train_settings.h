#pragma once

#include "app/cli/command_line.h"
#include "model/model_config.h"
#include "training/options/train_options.h"

#include <string>

namespace dragoman {

/// What a training is asked for.
struct TrainSettings {
  TrainOptions options;
  ModelConfig config;
  std::string preset = "auto";
};

/// Binds the options of `dragoman train` to these, which must outlive `line`.
void add_train_settings(CommandLine& line, TrainSettings& settings);

/// Call after CommandLine::parse(): fills in what follows from other options. Throws std::invalid_argument for the
/// first that is wrong or contradicts another, before the corpus is read.
void settle_training(const CommandLine& line, TrainSettings& settings);

}  // namespace dragoman
