#pragma once

#include <algorithm>
#include <cstddef>
#include <random>
#include <vector>

namespace dragoman {

/// Numbers of either sign, the same each time.
inline std::vector<float> random_values(std::size_t count) {
  std::mt19937 generator(3);
  std::normal_distribution<float> normal(0.1F, 2.0F);
  std::vector<float> values(count);
  std::ranges::generate(values, [&] { return normal(generator); });
  return values;
}

}  // namespace dragoman
