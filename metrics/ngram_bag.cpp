#include "metrics/ngram_bag.h"

#include <algorithm>
#include <numeric>

namespace dragoman {
namespace {

constexpr std::uint32_t kRoot = 0xFFFFFFFFu;

std::uint64_t child_of(std::uint32_t parent, std::uint32_t token) {
  return std::uint64_t{parent} << 32 | token;
}

}  // namespace

void NgramBag::fill(std::span<const Tokens> segments, std::span<const double> times) {
  std::size_t tokens = 0;
  for (const Tokens& segment : segments) tokens += segment.size();
  table_.reset(tokens * max_order_);
  counts_.clear();
  totals_.assign(max_order_, 0);
  const double sum = std::accumulate(times.begin(), times.end(), 0.0);
  for (std::size_t k = 0; k < segments.size(); ++k) {
    const Tokens& segment = segments[k];
    const double share = times[k] / sum;
    for (std::size_t order = 1; order <= max_order_; ++order)
      totals_[order - 1] += share * ngrams_in(segment.size(), order);
    for (std::size_t start = 0; start < segment.size(); ++start) {
      std::uint32_t node = kRoot;
      for (std::size_t i = start; i < std::min(segment.size(), start + max_order_); ++i) {
        node = table_.find_or_add(child_of(node, segment[i]));
        if (node == counts_.size()) counts_.emplace_back();
        counts_[node].mean += share;
      }
    }
  }
}

void NgramBag::add_matches(std::span<const std::uint32_t> tokens, std::span<double> matches) {
  ++clock_;
  for (std::size_t start = 0; start < tokens.size(); ++start) {
    std::uint32_t node = kRoot;
    for (std::size_t i = start; i < std::min(tokens.size(), start + max_order_); ++i) {
      node = table_.find(child_of(node, tokens[i]));
      if (node == table_.kAbsent) break;  // what goes on from it is not there either
      Count& count = counts_[node];
      if (count.time != clock_) count.seen = 0;
      count.time = clock_;
      matches[i - start] += std::clamp(count.mean - count.seen, 0.0, 1.0);
      ++count.seen;
    }
  }
}

double ngrams_in(std::size_t tokens, std::size_t order) {
  return tokens < order ? 0 : static_cast<double>(tokens - order + 1);
}

}  // namespace dragoman
