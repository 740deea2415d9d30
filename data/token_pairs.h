#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace dragoman {

/// Where the ids of a pair begin, and how many there are, without bos and eos.
struct PairPlace {
  std::uint64_t begin = 0;
  std::int32_t source_length = 0, target_length = 0;  ///< the target's ids are behind the source's
};

/// A token of a source and one of its target that stand for each other, counted from 0, without bos and eos.
struct TokenLink {
  std::int32_t source = 0, target = 0;

  auto operator<=>(const TokenLink&) const = default;
};

/// Those of one pair. As numbers, a source's and a target's in turn, they lie behind the pair's ids.
using TokenLinks = std::vector<TokenLink>;
TokenLinks links_from_numbers(std::span<const std::int32_t> numbers);
void append_as_numbers(std::span<const TokenLink> links, std::vector<std::int32_t>& numbers);

/// Sentence pairs as ids, without bos and eos: a view of memory that something else owns.
struct TokenPairs {
  std::span<const std::int32_t> ids;
  std::span<const PairPlace> places;  ///< of all pairs that have ids there, in their order

  std::size_t size() const { return places.size(); }
  std::span<const std::int32_t> source(std::size_t i) const {
    return ids.subspan(places[i].begin, static_cast<std::size_t>(places[i].source_length));
  }
  std::span<const std::int32_t> target(std::size_t i) const {
    return ids.subspan(places[i].begin + static_cast<std::size_t>(places[i].source_length),
                       static_cast<std::size_t>(places[i].target_length));
  }
  TokenLinks links(std::size_t i) const;
};

class TokenizedCorpus;

/// Sentence pairs that need not all be in memory. Safe to share between threads.
class PairStore {
 public:
  virtual ~PairStore() = default;

  /// Of all pairs; their beginnings mean something to the store alone.
  virtual std::span<const PairPlace> places() const = 0;

  /// The pairs of one corpus stand together: how many there are up to the end of each.
  virtual std::span<const std::uint64_t> corpus_ends() const = 0;

  /// The ids and links of some pairs, in the order in which they are asked for.
  virtual TokenizedCorpus read(std::span<const std::uint32_t> pairs) const = 0;
};

/// Pairs as ids, in memory.
class TokenizedCorpus : public PairStore {
 public:
  std::size_t size() const { return places_.size(); }
  void append(std::span<const std::int32_t> source, std::span<const std::int32_t> target,
              std::span<const TokenLink> links = {});

  /// Valid until the corpus changes or ends.
  TokenPairs pairs() const { return {ids_, places_}; }

  std::span<const PairPlace> places() const override { return places_; }
  std::span<const std::uint64_t> corpus_ends() const override { return corpus_ends_; }
  TokenizedCorpus read(std::span<const std::uint32_t> pairs) const override;

  /// What is appended from now on is of another corpus.
  void begin_corpus() { corpus_ends_.push_back(places_.size()); }

 private:
  std::vector<std::int32_t> ids_;
  std::vector<PairPlace> places_;
  std::vector<std::uint64_t> corpus_ends_ = {0};
};

}  // namespace dragoman
