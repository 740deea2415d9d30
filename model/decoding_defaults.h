#pragma once

#include <optional>

namespace dragoman {

/// What a search does with this model where nobody says otherwise; without a value, what it does with any. The meanings
/// are those of SearchOptions.
struct DecodingDefaults {
  std::optional<int> beam_size;
  std::optional<double> length_penalty;
  std::optional<int> min_length, max_length;

  bool operator==(const DecodingDefaults&) const = default;
};

}  // namespace dragoman
