#pragma once

#include "tokenizer/line_facts.h"
#include "tokenizer/tokenizer.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

namespace dragoman {

/// How many lines have how many words, exactly up to a thousand.
class LengthCounts {
 public:
  void add(std::uint32_t length);
  void add(const LengthCounts& other);

  std::int64_t lines() const { return lines_; }
  std::int64_t sum() const { return sum_; }
  double mean() const;
  std::uint32_t longest() const { return longest_; }

  /// The least length that so large a share of the lines does not exceed; above a thousand the longest. 0 without
  /// lines.
  std::uint32_t quantile(double share) const;

 private:
  std::vector<std::int64_t> counts_;  // by length; the last is for all that are longer
  std::int64_t lines_ = 0, sum_ = 0;
  std::uint32_t longest_ = 0;
};

/// What a tokenizer makes of lines.
struct PieceCounts {
  std::int64_t pieces = 0;
  std::int64_t unknown = 0;  ///< of them: the characters that stand together and that no piece has are one
  std::int64_t lines_with_unknown = 0;

  void add(const PieceCounts& other);
  bool operator==(const PieceCounts&) const = default;
};

/// Of one line.
PieceCounts count_pieces(const Tokenizer& tokenizer, std::string_view line);

struct SideStatistics {
  LengthCounts words;
  std::int64_t characters = 0, letters = 0;
  std::map<ScriptCode, std::int64_t> scripts;  ///< letters of each
  std::optional<PieceCounts> pieces;           ///< nothing where there is no tokenizer

  void add(const LineFacts& facts);
  void add(const PieceCounts& line);
  void add(const SideStatistics& other);
};

struct CorpusStatistics {
  SideStatistics source, target;

  void add(const LineFacts& source_facts, const LineFacts& target_facts);
  void add(const CorpusStatistics& other);
  std::int64_t pairs() const { return source.words.lines(); }
};

}  // namespace dragoman
