#pragma once

#include "decoding/engine/shortlist.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace dragoman {

struct LexicalShortlistOptions {
  int per_token = 50;  ///< translations of each source token, at most
  int frequent = 200;  ///< most frequent target tokens, listed for every sentence
  int iterations = 4;  ///< of expectation and maximisation
  /// Tokens of a side; a longer pair is not learned from: its tokens say little of each other, and their pairs take
  /// time and memory by the product of the lengths.
  int max_length = 256;

  /// Throws std::invalid_argument naming the first option that is out of range, and its limit.
  void validate() const;

  bool takes(const std::vector<std::int32_t>& source, const std::vector<std::int32_t>& target) const {
    const auto most = static_cast<std::size_t>(max_length);
    return source.size() <= most && target.size() <= most;
  }
};

/// A shortlist of the most probable translations t(target | source) of each source token after Brown et al. 1993, model
/// 1 (without the empty word), learned from sentence pairs, and of the most frequent target tokens. `always` is listed
/// for every sentence, too. The vocabularies bound the ids.
Shortlist lexical_shortlist(std::span<const std::vector<std::int32_t>> sources,
                            std::span<const std::vector<std::int32_t>> targets, std::int64_t source_vocabulary,
                            std::int64_t target_vocabulary, std::vector<std::int32_t> always, bool copies,
                            const LexicalShortlistOptions& options);

}  // namespace dragoman
