#pragma once

#include <functional>

namespace dragoman {

/// Called now and then while something long is made that can be given up: throws if the program is asked to stop.
/// Empty: it never is.
using StopCheck = std::function<void()>;

}  // namespace dragoman
