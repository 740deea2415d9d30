#pragma once

#include "base/notice.h"
#include "data/pair_reader.h"
#include "data/pair_tokenizer.h"
#include "data/token_pairs.h"
#include "tokenizer/tokenizer.h"

#include <string>
#include <vector>

namespace dragoman {

/// Raw text: source[i] and target[i] are translations of each other.
struct ParallelText {
  std::vector<std::string> source, target;
};

/// All pairs of these files, as PairReader reads them.
ParallelText read_parallel(const PairFiles& files, const Notice& notice = {});

/// Encodes all pairs that pass the filter, in their order. `report` is overwritten. Nothing may remain: the caller
/// decides whether an empty result is an error.
TokenizedCorpus tokenize(const ParallelText& text, const Tokenizer& source, const Tokenizer& target,
                         const FilterOptions& options, int threads, FilterReport& report);

}  // namespace dragoman
