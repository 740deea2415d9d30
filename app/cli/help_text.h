#pragma once

#include "app/cli/arguments.h"

#include <string>

namespace dragoman {

/// `summary`, and under it a table of the options with their defaults, under their headings. A command of few
/// options shows all of them.
std::string help_text(const std::string& command, const std::string& summary, const Options& options,
                      HelpExtent extent);

}  // namespace dragoman
