#pragma once

#include "base/counter_random.h"

#include <cstdint>
#include <initializer_list>
#include <span>
#include <stdexcept>

namespace dragoman::demo {

/// Random choices that are a function of the seed and the number of the sentence alone.
class Dice {
 public:
  Dice(std::uint64_t seed, std::uint64_t item) : random_(seed, RandomPurpose::sampling, item) {}

  /// True in `percent` of 100 cases.
  bool chance(std::uint32_t percent) { return random_.below(100) < percent; }
  /// Uniform in [low, high].
  int between(int low, int high) {
    return low + static_cast<int>(random_.below(static_cast<std::uint32_t>(high - low + 1)));
  }

  /// Index i with probability proportional to weights[i].
  int weighted(std::initializer_list<int> weights) {
    int total = 0;
    for (const int weight : weights) total += weight;
    int left = between(0, total - 1);
    int index = 0;
    for (const int weight : weights) {
      if (left < weight) break;
      left -= weight;
      ++index;
    }
    return index;
  }

  /// A uniform choice among the items that satisfy `matches`, or nullptr if none does.
  template <typename Item, typename Predicate>
  const Item* pick(std::span<const Item> items, Predicate matches) {
    std::uint32_t count = 0;
    for (const Item& item : items) count += matches(item) ? 1 : 0;
    if (count == 0) return nullptr;
    std::uint32_t left = random_.below(count);
    for (const Item& item : items) {
      if (matches(item) && left-- == 0) return &item;
    }
    throw std::logic_error("Dice::pick: the predicate changed its mind");
  }

 private:
  CounterRandom random_;
};

}  // namespace dragoman::demo
