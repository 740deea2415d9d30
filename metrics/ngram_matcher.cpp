#include "metrics/ngram_matcher.h"

#include <algorithm>
#include <bit>

namespace dragoman {
namespace {

constexpr std::size_t kFewestSlots = 64;

std::uint64_t ngram_of(std::uint32_t parent, std::uint32_t token) {
  return std::uint64_t{parent} << 32 | token;
}

}  // namespace

NgramMatcher::NgramMatcher(std::size_t max_order)
    : slots_(kFewestSlots), shift_(64 - std::countr_zero(kFewestSlots)), matches_(max_order) {}

// The slot that holds `ngram`, or the free one where it belongs; at least half of the slots are free.
NgramMatcher::Node NgramMatcher::slot_of(std::uint64_t ngram) const {
  const std::uint64_t hash = (ngram ^ ngram >> 29) * 0x9E3779B97F4A7C15u;  // 2^64 / golden ratio
  const std::uint64_t mask = (std::uint64_t{1} << (64 - shift_)) - 1;
  std::uint64_t slot = hash >> shift_;
  while (slots_[slot].time >= sentence_time_ && slots_[slot].ngram != ngram) slot = (slot + 1) & mask;
  return static_cast<Node>(slot);
}

void NgramMatcher::set_hypothesis(std::span<const std::uint32_t> tokens) {
  sentence_time_ = ++clock_;
  forget_references();
  const std::size_t needed = std::max(kFewestSlots, std::bit_ceil(2 * tokens.size() * matches_.size()));
  if (needed > slots_.size()) slots_.assign(needed, Slot());
  shift_ = 64 - std::countr_zero(needed);  // a short sentence stays within a few cache lines of a large table
  for (std::size_t start = 0; start < tokens.size(); ++start) {
    Node node = kRoot;
    const std::size_t end = std::min(tokens.size(), start + matches_.size());
    for (std::size_t i = start; i < end; ++i) {
      const std::uint64_t ngram = ngram_of(node, tokens[i]);
      node = slot_of(ngram);
      Slot& slot = slots_[node];
      if (slot.time < sentence_time_) slot = {ngram, clock_, 0, 0, 0};
      ++slot.hypothesis;
    }
  }
}

void NgramMatcher::add_reference(std::span<const std::uint32_t> tokens) {
  ++clock_;
  for (std::size_t start = 0; start < tokens.size(); ++start) {
    Node node = kRoot;
    const std::size_t end = std::min(tokens.size(), start + matches_.size());
    for (std::size_t i = start; i < end; ++i) {
      node = slot_of(ngram_of(node, tokens[i]));
      Slot& slot = slots_[node];
      // Whatever begins with an n-gram that the hypothesis lacks is lacking there too.
      if (slot.time < sentence_time_) break;
      if (slot.time < references_time_) slot.best_reference = 0;
      if (slot.time < clock_) slot.reference = 0;
      slot.time = clock_;
      if (++slot.reference <= slot.best_reference) continue;
      slot.best_reference = slot.reference;
      if (slot.reference <= slot.hypothesis) ++matches_[i - start];
    }
  }
}

void NgramMatcher::forget_references() {
  references_time_ = clock_ + 1;
  std::ranges::fill(matches_, 0);
}

}  // namespace dragoman
