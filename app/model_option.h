#pragma once

#include "app/cli/command_line.h"
#include "formats/load_options.h"

#include <string>

namespace dragoman {

/// The model that a command uses.
struct ModelChoice {
  std::string model;               ///< the model directory
  bool allow_unvalidated = false;  ///< take one that no validation has measured

  LoadOptions load_options() const { return {.allow_unvalidated = allow_unvalidated}; }
};

/// Adds --model, which comes back to be required or not, and --allow-unvalidated.
Option& add_model_option(CommandLine& line, ModelChoice& choice, std::string help = "the model directory");

/// The latter alone.
void add_unvalidated_option(CommandLine& line, ModelChoice& choice);

}  // namespace dragoman
