#pragma once

#include <cstdint>
#include <span>

namespace dragoman {

/// What is wrong with a translation at first sight.
enum class Defect {
  none,
  loop,       ///< it says the same over and over, or goes on until it is cut
  too_short,  ///< it has much less than a half of the source's tokens
};

/// By the ids of both, without their ends. Sequences of up to 8 tokens that come 4 times or more one behind the other
/// are a loop, unless the source has as much of the kind; is_cut: the translation reached the length limit. Sources of
/// fewer than 12 tokens, what they repeat not counted, have no translations that are too short.
Defect defect_of(std::span<const std::int32_t> source, std::span<const std::int32_t> translation, bool is_cut);

/// A translation of a source that is at least so long is not too short.
int least_length(std::span<const std::int32_t> source);

}  // namespace dragoman
