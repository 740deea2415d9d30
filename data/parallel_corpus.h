#pragma once

#include "base/notice.h"
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

/// Reads pairs of files (plain or gzip, UTF-8), source_files[i] beside target_files[i], and concatenates them.
/// Throws std::invalid_argument when the lists differ in length or are empty, and std::runtime_error when the files of
/// a pair differ in their number of lines (naming both files and both counts), on invalid UTF-8, and when there is no
/// line at all.
ParallelText read_parallel(std::span<const std::string> source_files, std::span<const std::string> target_files);

/// Reads files whose lines are source, tab, target. Columns behind the second are ignored, with one notice a file.
/// Throws std::runtime_error for a line without a tab (file and line), on invalid UTF-8, and when there is no line at
/// all.
ParallelText read_tsv(std::span<const std::string> files, const Notice& notice = {});

/// Which pairs to leave out. Lengths are in tokens, without bos and eos.
struct FilterOptions {
  int max_length = 256;  ///< pairs with a longer side are dropped; at least 1
  double max_length_ratio =
      0;  ///< pairs whose longer side exceeds the shorter by a larger factor are dropped; 0 (off) or at least 1

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
  /// One line, e.g. "28990 pairs kept, 10 dropped (4 blank, 6 too long)".
  std::string describe() const;

  bool operator==(const FilterReport&) const = default;
};

/// Pairs as ids without bos and eos, in flat arrays.
class TokenizedCorpus {
 public:
  std::size_t size() const { return source_.offsets.size() - 1; }
  std::span<const std::int32_t> source(std::size_t i) const { return source_.row(i); }
  std::span<const std::int32_t> target(std::size_t i) const { return target_.row(i); }

  /// Tokens a pair, without bos and eos.
  std::vector<int> source_lengths() const { return source_.lengths(); }
  std::vector<int> target_lengths() const { return target_.lengths(); }

  void append(std::span<const std::int32_t> source, std::span<const std::int32_t> target);

 private:
  struct Side {
    std::vector<std::int32_t> ids;
    std::vector<std::size_t> offsets{0};  // row i is ids[offsets[i], offsets[i + 1])

    std::span<const std::int32_t> row(std::size_t i) const {
      return {ids.data() + offsets[i], offsets[i + 1] - offsets[i]};
    }
    std::vector<int> lengths() const;
    void append(std::span<const std::int32_t> row);
  };

  Side source_, target_;
};

/// Encodes all pairs that pass the filter, in their order. `report` is overwritten. Nothing may remain: the caller
/// decides whether an empty result is an error.
TokenizedCorpus tokenize(const ParallelText& text, const Tokenizer& source, const Tokenizer& target,
                         const FilterOptions& options, int threads, FilterReport& report);

}  // namespace dragoman
