#pragma once

#include <exception>
#include <functional>
#include <string>
#include <string_view>

namespace dragoman {

inline constexpr std::string_view kExitCodes =
    "0 done, 1 failed, 2 wrong usage, 130 or 143 stopped by SIGINT or SIGTERM.";

/// How a command that failed ends.
struct Failure {
  std::string message;  ///< one line of printable text
  int exit_code;        ///< 1 failed, 2 wrong usage
};

using FailureDescriber = std::function<Failure(const std::exception& error)>;

/// What to say of an exception that is not LibTorch's: errors of the system in words of ours, names of files escaped
/// where a terminal or a log could not show them (printable()).
Failure describe_own_failure(const std::exception& error);

}  // namespace dragoman
