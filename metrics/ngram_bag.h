#pragma once

#include "metrics/id_table.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace dragoman {

/// How often n-grams (1 to `max_order` tokens) come in several segments on average. One object serves many bags, and
/// keeps its memory.
class NgramBag {
 public:
  using Tokens = std::vector<std::uint32_t>;

  explicit NgramBag(std::size_t max_order) : max_order_(max_order) {}

  /// The bag of these segments, of which each counts `times` (above 0) as often as one.
  void fill(std::span<const Tokens> segments, std::span<const double> times);

  /// For each order, the n-grams that a segment has on average.
  std::span<const double> totals() const { return totals_; }

  /// Adds to `matches`, one for each order, the n-grams of `tokens` that the bag has too: each as often as in `tokens`,
  /// but at most as often as in the bag.
  void add_matches(std::span<const std::uint32_t> tokens, std::span<double> matches);

 private:
  // An n-gram is the child of its first n - 1 tokens: parent and last token.
  struct Hash {
    std::size_t operator()(std::uint64_t ngram) const { return (ngram ^ ngram >> 29) * 0x9E3779B97F4A7C15u >> 20; }
  };
  struct Count {
    double mean = 0;
    double seen = 0;         // in the segment at hand
    std::uint64_t time = 0;  // when that was
  };

  std::size_t max_order_;
  IdTable<std::uint64_t, Hash> table_;
  std::vector<Count> counts_;
  std::vector<double> totals_;
  std::uint64_t clock_ = 0;
};

/// How many n-grams of an order a segment of so many tokens has.
double ngrams_in(std::size_t tokens, std::size_t order);

}  // namespace dragoman
