#pragma once

#include "base/vectorised.h"
#include "decoding/search/allowed_ids.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace dragoman {

/// The best entries of a row so far, kept sorted, ties by smaller id: few enough that inserting by moving is the
/// fastest way. Ids are offered in ascending order. -infinity and NaN never get in.
class BestEntries {
 public:
  /// How many entries one offer() should have at most, for whoever looks at their largest first.
  static constexpr std::size_t kBlock = 64;

  /// Goes on with the places, equally many for both and at least one, which empty() has made ready or another object of
  /// this class has left so: those that remain have id 0 and -infinity.
  BestEntries(const AllowedIds& allowed, std::span<std::int32_t> ids, std::span<float> values)
      : allowed_(allowed), ids_(ids), values_(values) {}

  static void empty(std::span<std::int32_t> ids, std::span<float> values) {
    for (std::int32_t& id : ids) id = 0;
    for (float& value : values) value = -std::numeric_limits<float>::infinity();
  }

  /// What an entry must exceed to get in; since ids ascend, an equal value stays behind.
  float threshold() const { return values_.back(); }

  void offer(const float* values, std::size_t count, std::int32_t first_id) {
    for (std::size_t i = 0; i < count; ++i) {
      if (values[i] > threshold()) insert(values[i], first_id + static_cast<std::int32_t>(i));
    }
  }

 private:
  void insert(float value, std::int32_t id) {
    if (!allowed_.contains(id)) return;
    std::size_t place = values_.size() - 1;
    for (; place > 0 && value > values_[place - 1]; --place) {
      values_[place] = values_[place - 1];
      ids_[place] = ids_[place - 1];
    }
    values_[place] = value;
    ids_[place] = id;
  }

  const AllowedIds& allowed_;
  std::span<std::int32_t> ids_;
  std::span<float> values_;
};

/// The largest of `count` values, which NaN is not; -infinity of none.
DRAGOMAN_INLINE float largest_value(const float* values, std::size_t count) {
  float lanes[kVectorLanes];
  for (float& lane : lanes) lane = -std::numeric_limits<float>::infinity();
  std::size_t i = 0;
  for (; i + kVectorLanes <= count; i += kVectorLanes) {
    for (std::size_t lane = 0; lane < kVectorLanes; ++lane)
      lanes[lane] = values[i + lane] > lanes[lane] ? values[i + lane] : lanes[lane];
  }
  float result = largest_of_lanes(lanes);
  for (; i < count; ++i) result = values[i] > result ? values[i] : result;
  return result;
}

}  // namespace dragoman
