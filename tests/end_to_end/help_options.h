#pragma once

#include "tests/end_to_end/program.h"

#include <string>
#include <vector>

namespace dragoman {

/// The commands that `dragoman --help` lists.
std::vector<std::string> listed_commands();

/// The options that `dragoman COMMAND --help all` lists, with both forms of a flag, but not what only a file can hold.
std::vector<std::string> listed_options(const std::string& command);

}  // namespace dragoman
