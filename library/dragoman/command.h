#pragma once

#include <dragoman/export.h>
#include <string>
#include <vector>

namespace dragoman::api {

/// Does what the program does with these arguments, on stdin, stdout and stderr, and returns its exit code. It takes
/// SIGINT and SIGTERM for itself where work can be saved: for a process that is there for this command alone.
DRAGOMAN_API int run_command(const std::vector<std::string>& arguments);

/// "0.1.0"
DRAGOMAN_API std::string version();

}  // namespace dragoman::api
