#pragma once

#include "base/word_links.h"
#include "data/token_pairs.h"
#include "tokenizer/tokenizer.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// Which pairs to leave out. Lengths are in tokens, without bos and eos.
struct FilterOptions {
  int max_length = 256;  ///< pairs with a longer side are dropped; at least 1
  double max_length_ratio =
      0;  ///< pairs whose longer side exceeds the shorter by a larger factor are dropped; 0 (off) or at least 1
  bool needs_source = true;  ///< else the target alone decides

  /// Throws std::invalid_argument naming the field and its range.
  void validate() const;
};

/// Pairs kept, and dropped by reason; each pair is counted once, under the first reason in the order of the fields.
struct FilterReport {
  std::int64_t kept = 0;
  std::int64_t blank = 0;  ///< a side without visible text
  std::int64_t too_long = 0;
  std::int64_t length_ratio = 0;

  std::int64_t dropped() const { return blank + too_long + length_ratio; }
  /// One line, e.g. "28990 pairs kept, 10 dropped (4 blank, 6 too long)"; unit: what they are, one of them.
  std::string describe(std::string_view unit = "pair") const;

  bool operator==(const FilterReport&) const = default;
};

/// Turns pairs of lines into pairs of ids, block by block, with several threads.
class PairTokenizer {
 public:
  /// Pairs that a caller best hands over at once.
  static constexpr std::size_t kBlock = 1 << 16;

  /// Takes the pair at `index` of a block.
  using Sink = std::function<void(std::size_t index, std::span<const std::int32_t> source,
                                  std::span<const std::int32_t> target)>;

  PairTokenizer(const Tokenizer& source, const Tokenizer& target, const FilterOptions& options, int threads);

  /// Hands the pairs that pass the filter to `sink`, in their order, and counts all in report().
  void encode(std::span<const std::string> sources, std::span<const std::string> targets, const Sink& sink);

  /// For each pair the links of its tokens, in ascending order: of every token of a word to every one of each word that
  /// it is linked to. words: of each pair, links that its lines have words for.
  std::vector<TokenLinks> link(std::span<const std::string> sources, std::span<const std::string> targets,
                               std::span<const WordLinks> words) const;

  const FilterReport& report() const { return report_; }

 private:
  Tokenizer source_, target_;
  FilterOptions options_;
  int threads_;
  FilterReport report_;
};

}  // namespace dragoman
