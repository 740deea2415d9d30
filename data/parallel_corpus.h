#pragma once

#include "base/notice.h"
#include "data/pair_reader.h"
#include "data/pair_tokenizer.h"
#include "data/token_pairs.h"
#include "tokenizer/tokenizer.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace dragoman {

/// Raw text: source[i] and target[i] are translations of each other.
struct ParallelText {
  std::vector<std::string> source, target;
};

/// All pairs of these files, as PairReader reads them.
ParallelText read_parallel(const PairFiles& files, const Notice& notice = {});

/// Pairs as ids, in memory.
class TokenizedCorpus {
 public:
  std::size_t size() const { return places_.size(); }
  void append(std::span<const std::int32_t> source, std::span<const std::int32_t> target);

  /// Valid until the corpus changes or ends.
  TokenPairs pairs() const { return {ids_, places_}; }

 private:
  std::vector<std::int32_t> ids_;
  std::vector<PairPlace> places_;
};

/// Encodes all pairs that pass the filter, in their order. `report` is overwritten. Nothing may remain: the caller
/// decides whether an empty result is an error.
TokenizedCorpus tokenize(const ParallelText& text, const Tokenizer& source, const Tokenizer& target,
                         const FilterOptions& options, int threads, FilterReport& report);

}  // namespace dragoman
