#pragma once

#include <span>
#include <string>
#include <string_view>

namespace dragoman {

/// A subcommand, as the help of the program lists it.
struct CommandSummary {
  std::string_view name;
  std::string_view summary;  ///< what it does
};

/// In the order in which the help lists them.
std::span<const CommandSummary> command_summaries();

/// What `dragoman --help` prints.
std::string program_help();

}  // namespace dragoman
