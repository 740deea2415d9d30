#include "metrics/ngram_matcher.h"

#include <algorithm>

namespace dragoman {
namespace {

std::uint64_t pair_of(std::uint32_t prefix, std::uint32_t word) {
  return std::uint64_t{prefix} << 32 | word;
}

}  // namespace

void NgramMatcher::set_hypothesis(std::span<const std::string_view> words) {
  words_.reset(words.size());
  ids_.clear();
  for (const std::string_view word : words) ids_.push_back(words_.find_or_add(word));
  for (std::size_t order = 0; order < kMaxNgramOrder; ++order) {
    counts_[order].clear();
    if (order > 0) ngrams_[order].reset(words.size());
  }
  for (std::size_t start = 0; start < ids_.size(); ++start) {
    std::uint32_t ngram = ids_[start];
    for (std::size_t order = 0; order < kMaxNgramOrder && start + order < ids_.size(); ++order) {
      if (order > 0) ngram = ngrams_[order].find_or_add(pair_of(ngram, ids_[start + order]));
      if (ngram == counts_[order].size()) counts_[order].emplace_back();
      ++counts_[order][ngram].hypothesis;
    }
  }
}

void NgramMatcher::add_reference(std::span<const std::string_view> words) {
  ids_.clear();
  for (const std::string_view word : words) ids_.push_back(words_.find(word));
  for (std::size_t start = 0; start < ids_.size(); ++start) {
    std::uint32_t ngram = ids_[start];
    for (std::size_t order = 0; order < kMaxNgramOrder && start + order < ids_.size(); ++order) {
      if (order > 0) ngram = ngrams_[order].find(pair_of(ngram, ids_[start + order]));
      // Whatever begins with an n-gram that the hypothesis lacks is lacking there too.
      if (ngram == decltype(words_)::kAbsent) break;
      ++counts_[order][ngram].reference;
    }
  }
  for (auto& counts : counts_) {
    for (Counts& count : counts) {
      count.best_reference = std::max(count.best_reference, count.reference);
      count.reference = 0;
    }
  }
}

std::array<std::int64_t, kMaxNgramOrder> NgramMatcher::matches() const {
  std::array<std::int64_t, kMaxNgramOrder> result{};
  for (std::size_t order = 0; order < kMaxNgramOrder; ++order) {
    for (const Counts& count : counts_[order]) result[order] += std::min(count.hypothesis, count.best_reference);
  }
  return result;
}

}  // namespace dragoman
