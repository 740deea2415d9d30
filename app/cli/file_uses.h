#pragma once

#include "app/cli/option.h"

#include <deque>
#include <string>
#include <vector>

namespace dragoman {

/// Refuses what would destroy something, before any work: an option that writes (Option::writes) what another option
/// or the configuration reads, a file of the model among it, or what another writes; and a folder that may not be
/// replaced. What counts is the file itself, whatever path or link leads to it; devices may be named twice. Throws
/// std::invalid_argument naming both options and the remedy.
///
/// config_files: what the options were read from.
void check_file_uses(const std::deque<Option>& options, const std::vector<std::string>& config_files);

}  // namespace dragoman
