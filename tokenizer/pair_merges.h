#pragma once

#include "tokenizer/vocabulary.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace dragoman {

/// The first line of a file of merges: "#version: 0.2", and what there is of "add_prefix_space" and "added_tokens=3".
struct MergesHeader {
  bool prefix_space = false;      ///< a space is put before texts that begin without one
  std::int32_t added_tokens = 0;  ///< the last ones of the vocabulary, each of which is taken from text as a whole

  /// Nothing if it is another line.
  static std::optional<MergesHeader> read(std::string_view line);
  std::string line() const;
};

/// The merges of byte-pair encoding (Sennrich et al. 2016) in the order in which they were learned, over the ids of a
/// vocabulary: a text file as Hugging Face's merges.txt. Each line but its first is two tokens with a blank between
/// them, which together are a third one.
class PairMerges {
 public:
  /// Throws std::runtime_error, beginning with `name_for_errors` and naming the line, if it is not such a file.
  PairMerges(std::string text, const Vocabulary& vocabulary, const std::string& name_for_errors);

  const std::string& text() const { return text_; }
  const MergesHeader& header() const { return header_; }

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
  void add(std::string_view line, std::int32_t number, const Vocabulary& vocabulary, const std::string& file);

  std::string text_;
  MergesHeader header_;
  std::unordered_map<std::uint64_t, Merge> merges_;
};

}  // namespace dragoman
