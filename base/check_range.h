#pragma once

#include <fmt/core.h>
#include <stdexcept>
#include <string_view>
#include <type_traits>

namespace dragoman {

/// Throws std::invalid_argument naming the flag and its limits if `value` is outside of them.
template <typename Number>
void check_range(std::string_view flag, Number value, std::type_identity_t<Number> least,
                 std::type_identity_t<Number> most) {
  if (!(value >= least && value <= most))  // so that NaN is refused, too
    throw std::invalid_argument(fmt::format("{} is {}, but must be from {} to {}", flag, value, least, most));
}

}  // namespace dragoman
