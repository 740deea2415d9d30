#pragma once

#include <optional>
#include <string>
#include <vector>

namespace dragoman {

/// Runs a subcommand that needs no model, and so no LibTorch, which takes a quarter of a second to load. Where the
/// arguments ask for more, nothing has been done yet and nothing comes back; else the exit code.
std::optional<int> run_quickly(const std::string& name, const std::vector<std::string>& arguments);

}  // namespace dragoman
