#pragma once

#include "app/cli/failure.h"

#include <exception>

namespace dragoman {

/// As describe_own_failure(), and what to say of LibTorch's errors.
Failure describe_failure(const std::exception& error);

}  // namespace dragoman
