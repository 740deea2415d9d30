#pragma once

#include <span>
#include <string>
#include <string_view>

namespace dragoman {

/// Which of `known`, options of a command without their hyphens, somebody means who writes `given`: what other programs
/// call so, or else the nearest name. Empty where neither is there.
std::string meant_option(std::string_view given, std::span<const std::string> known);

/// The same for commands, of which `--help` and `--version` are two.
std::string meant_command(std::string_view given, std::span<const std::string> known);

}  // namespace dragoman
