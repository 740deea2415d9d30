#pragma once

#include "app/cli/command_line.h"
#include "model/model_config.h"
#include "training/options/train_options.h"

#include <set>
#include <string>

namespace dragoman {

/// Adds all that `dragoman train` can be told. `preset` gets the name of the preset that `config` starts from, or
/// "auto".
void add_train_flags(CommandLine& line, TrainOptions& options, ModelConfig& config, std::string& preset);

/// The options that were given, as TrainOptions::given holds them.
std::set<std::string> given_options(const CommandLine& line, const std::string& preset);

}  // namespace dragoman
