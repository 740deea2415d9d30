#pragma once

#include "app/command_line.h"
#include "model/model_config.h"
#include "training/train_options.h"

#include <string>

namespace dragoman {

/// Adds all that `dragoman train` can be told. `preset` holds the name of the preset that `config` starts from.
void add_train_flags(CommandLine& line, TrainOptions& options, ModelConfig& config, std::string& preset);

}  // namespace dragoman
