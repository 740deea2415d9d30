#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace dragoman {

/// What a search does with this model where nobody says otherwise; without a value, what it does with any. The meanings
/// are those of SearchOptions.
struct DecodingDefaults {
  std::optional<int> beam_size;
  std::optional<double> length_penalty;
  std::optional<int> min_length, max_length;
  std::optional<std::vector<std::int32_t>> never_produced;  ///< ids that no translation has
  std::optional<bool> forces_end;                           ///< SearchOptions::forces_end

  bool operator==(const DecodingDefaults&) const = default;
};

}  // namespace dragoman
