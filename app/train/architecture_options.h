#pragma once

#include "app/cli/command_line.h"
#include "model/model_config.h"

namespace dragoman {

/// Throws std::invalid_argument for the first option that the user gave and `config.architecture` does not have, naming
/// the architectures that do. Call after CommandLine::parse().
void check_architecture_options(const CommandLine& line, const ModelConfig& config);

}  // namespace dragoman
