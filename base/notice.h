#pragma once

#include <functional>
#include <string>

namespace dragoman {

/// Receives one line of text for the user (a warning, a count, a decision taken), without a trailing newline.
/// Libraries never write to stdout or stderr themselves; whoever runs them passes one of these.
using Notice = std::function<void(const std::string&)>;

}  // namespace dragoman
