#pragma once

#include "app/cli/failure.h"

#include <functional>
#include <string>
#include <vector>

namespace dragoman {

/// Runs the subcommand of that name with what stands behind it, and returns the program's exit code. Errors are
/// exceptions: std::invalid_argument for wrong usage, any other for a failure.
using CommandRunner = std::function<int(const std::string& name, const std::vector<std::string>& arguments)>;

/// Runs what the arguments of the program ask for: a subcommand, or what the program says of itself. What is wrong is
/// said on stderr. Returns the program's exit code.
int run_program(const std::vector<std::string>& arguments, const CommandRunner& run, const FailureDescriber& describe);

}  // namespace dragoman
