#pragma once

#include <concepts>

namespace dragoman {

/// The least number of parts of `size` that `count` fits into: count / size, rounded up. count at least 0, size at
/// least 1.
template <std::integral Number>
constexpr Number divided_up(Number count, Number size) {
  return (count + size - 1) / size;
}

/// The least multiple of `size` that is not below `count`.
template <std::integral Number>
constexpr Number rounded_up(Number count, Number size) {
  return divided_up(count, size) * size;
}

}  // namespace dragoman
