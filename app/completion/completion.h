#pragma once

#include "app/cli/option_description.h"

#include <string>
#include <vector>

namespace dragoman {

/// Scripts that make a shell complete the names of commands and options, and values: files, folders, names.
std::string bash_completion(const std::vector<CommandDescription>& commands);
std::string zsh_completion(const std::vector<CommandDescription>& commands);
std::string fish_completion(const std::vector<CommandDescription>& commands);

}  // namespace dragoman
