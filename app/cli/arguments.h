#pragma once

#include "app/cli/config_file.h"
#include "app/cli/option.h"

#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace dragoman {

/// The options of a command. A deque: references to its elements stay valid.
using Options = std::deque<Option>;

/// The option of this name; null if there is none.
const Option* find_option(const Options& options, const std::string& name);

/// The options that every command has: config, dump-config, help, version.
const Options& common_options();

/// How much of the options a help text shows.
enum class HelpExtent { common, all };

/// What --help, or --help all, asks for.
std::optional<HelpExtent> asked_for_help(const std::vector<std::string>& arguments);

/// The values that `arguments` give to `options` and common_options(), in their order. `_` is read as `-` in names.
/// Throws std::invalid_argument, with what is likely to be meant, for what is no option of `command`.
std::vector<Assignment> read_arguments(const std::string& command, const Options& options,
                                       const std::vector<std::string>& arguments);

/// Where the user wrote an option.
enum class Written { as_argument, in_file };

/// How a message goes on about `name`, without hyphens, that is none of `options`: what is meant, or where to look.
std::string suggestion(const std::string& command, const Options& options, const std::string& name, Written written);

}  // namespace dragoman
