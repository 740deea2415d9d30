#pragma once

#include <fmt/core.h>
#include <stdexcept>
#include <string_view>

namespace dragoman {

/// Throws std::invalid_argument naming the flag and its limits if `value` is outside of them.
inline void check_range(std::string_view flag, int value, int least, int most) {
  if (value < least || value > most)
    throw std::invalid_argument(fmt::format("{} is {}, but must be from {} to {}", flag, value, least, most));
}

}  // namespace dragoman
