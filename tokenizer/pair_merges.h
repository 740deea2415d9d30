#pragma once

#include "tokenizer/vocabulary.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace dragoman {

/// The merges of byte-pair encoding (Sennrich et al. 2016) in the order in which they were learned, over the ids of a
/// vocabulary: a text file as Hugging Face's merges.txt. Its first line is "#version: 0.2", and behind it may stand
/// "add_prefix_space"; each other one is two tokens with a blank between them, which together are a third one.
class PairMerges {
 public:
  static constexpr std::string_view kHeader = "#version: 0.2", kPrefixSpace = " add_prefix_space";

  /// Throws std::runtime_error, beginning with `name_for_errors` and naming the line, if it is not such a file.
  PairMerges(std::string text, const Vocabulary& vocabulary, const std::string& name_for_errors);

  const std::string& text() const { return text_; }
  bool has_prefix_space() const { return prefix_space_; }

  /// Merges neighbours among `ids`, the earliest learned pair first, and of several such pairs the first, until no two
  /// neighbours are a pair.
  void apply(std::vector<std::int32_t>& ids) const;

 private:
  struct Merge {
    std::int32_t rank, merged;
  };
  static std::uint64_t key(std::int32_t left, std::int32_t right) {
    return static_cast<std::uint64_t>(left) << 32 | static_cast<std::uint32_t>(right);
  }
  const Merge* find(std::int32_t left, std::int32_t right) const;
  void add(std::string_view line, std::int32_t rank, const Vocabulary& vocabulary, const std::string& place);

  std::string text_;
  bool prefix_space_ = false;
  std::unordered_map<std::uint64_t, Merge> merges_;
};

}  // namespace dragoman
