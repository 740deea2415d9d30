#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace dragoman {

/// One corpus of several that are trained on together.
struct CorpusShare {
  std::int64_t pairs = 0;
  double weight = 1;          ///< each pair counts so many times; above 0
  std::size_t direction = 0;  ///< corpora with the same number have the same pair of languages
};

/// How many pairs of each corpus an epoch has: all together Σ weight · pairs, of which a pair of languages has a part
/// proportional to (Σ weight · pairs of its corpora)^(1/temperature), and each of its corpora one proportional to
/// weight · pairs (Arivazhagan et al. 2019, "Massively Multilingual Neural Machine Translation in the Wild", sampling
/// by temperature). temperature: 1 keeps the sizes' proportions, larger ones make languages more alike. Throws
/// std::invalid_argument if that is more than 2^32.
std::vector<std::int64_t> draws_of_epoch(std::span<const CorpusShare> corpora, double temperature);

/// Which pairs of several corpora an epoch has, where it does not have each pair once. Each corpus is passed over again
/// and again, in a new order each time, so that epoch after epoch its pairs come equally often.
class Mixture {
 public:
  /// corpus_ends: as PairStore has them; draws: pairs of each corpus in an epoch, 0 for one without pairs. Throws
  /// std::invalid_argument if an epoch would have none, or more than 2^32.
  Mixture(std::span<const std::uint64_t> corpus_ends, std::vector<std::int64_t> draws, std::uint64_t seed);

  /// Pairs of an epoch.
  std::int64_t size() const { return static_cast<std::int64_t>(draw_ends_.back()); }

  /// The pair at place `i` of an epoch, i below size().
  std::uint32_t pair(std::int64_t epoch, std::uint64_t i) const;

 private:
  std::vector<std::uint64_t> corpus_ends_, draw_ends_;
  std::uint64_t seed_;
};

}  // namespace dragoman
