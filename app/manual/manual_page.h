#pragma once

#include "app/cli/option_description.h"

#include <string>
#include <vector>

namespace dragoman {

/// The manual page of a command, dragoman-COMMAND(1), in the language of man(7). It is ASCII.
std::string manual_page(const CommandDescription& command);

/// That of the program, dragoman(1), which lists the commands.
std::string manual_page(const std::vector<CommandDescription>& commands);

}  // namespace dragoman
