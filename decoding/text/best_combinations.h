#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace dragoman {

/// Of all ways to choose one candidate a part, the `count` with the largest sums of scores, best first: for each the
/// index chosen in each part. scores: of the candidates of each part, best first, at least one. Of equal sums the one
/// with the better candidates in the later parts comes first. Takes time in proportion to parts × count · log count.
std::vector<std::vector<std::size_t>> best_combinations(std::span<const std::vector<double>> scores, std::size_t count);

}  // namespace dragoman
