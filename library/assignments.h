#pragma once

#include "app/cli/config_file.h"

#include <dragoman/options.h>
#include <vector>

namespace dragoman {

/// What a user of the library asks for, as a command takes it. Of two options of one name the later counts.
std::vector<Assignment> assignments_of(const api::Options& options);

/// The values of the option of this name, which is taken out of `assignments`; none if it is not there.
std::vector<std::string> take_values(std::vector<Assignment>& assignments, const char* name);

}  // namespace dragoman
