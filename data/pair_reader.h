#pragma once

#include "base/notice.h"
#include "base/word_links.h"
#include "data/line_reader.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// Files of sentence pairs, plain or gzip, UTF-8: source[i] beside target[i], line by line, or files whose lines are
/// source, tab, target (columns behind the second are ignored, with one notice a file). Targets alone have blank
/// sources.
struct PairFiles {
  std::vector<std::string> source, target;
  std::vector<std::string> tsv;  ///< instead of the two above
  /// One beside each of source or tsv, a line of word links for each pair; or none.
  std::vector<std::string> links = {};
};

/// Some of many pairs, evenly spaced over all.
struct EvenChoice {
  std::int64_t count = 0, total = 0;  ///< so many, at most all, of so many

  /// Whether pair `index`, counted from 0, is one of them.
  bool contains(std::int64_t index) const { return among(index, index + 1) > 0; }

  /// How many from `begin` to before `end` are.
  std::int64_t among(std::int64_t begin, std::int64_t end) const {
    return count > 0 ? end * count / total - begin * count / total : 0;
  }
};

/// What pairs were read: their number, their size, and a CRC-32 of each side's lines, and of the links' if there are
/// any.
struct PairSummary {
  std::int64_t pairs = 0;
  std::vector<std::int64_t> pairs_of_corpora;  ///< the same, corpus by corpus
  std::int64_t bytes = 0;                      ///< of both sides
  std::uint32_t source_checksum = 0, target_checksum = 0, links_checksum = 0;

  bool operator==(const PairSummary&) const = default;
};

/// The CRC-32 of some lines and this one.
std::uint32_t add_line_to_checksum(std::uint32_t checksum, const std::string& line);

/// Reads sentence pairs one by one, file after file, of one corpus or of several.
class PairReader {
 public:
  /// Throws std::invalid_argument when a corpus has no file, or not as many targets, or links, as it has sources.
  explicit PairReader(PairFiles files, Notice notice = {}, Utf8 policy = Utf8::refuse);
  explicit PairReader(std::span<const PairFiles> corpora, Notice notice = {}, Utf8 policy = Utf8::refuse);

  /// Has next() pass over these pairs; the summary counts them.
  void leave_out(const EvenChoice& pairs) { left_out_ = pairs; }

  /// False when there is no other pair. Throws std::runtime_error when the files of a pair differ in their number of
  /// lines (naming both files and both counts), for a line without a tab (file and line), on invalid UTF-8 unless the
  /// policy has it otherwise, and at the end of a corpus in which there was no pair at all.
  bool next(std::string& source, std::string& target);

  /// Which words of the last pair, whose lines these are, stand for each other: the sure links of its line, or none
  /// where its corpus has no links. Throws std::runtime_error, naming file and line, for what is no link and for words
  /// that the lines do not have.
  WordLinks links(std::string_view source, std::string_view target) const;

  /// Which corpus the last pair was of.
  std::size_t corpus() const { return corpus_; }

  /// Of all pairs so far.
  const PairSummary& summary() const { return summary_; }

 private:
  bool open_next();
  bool next_of_all(std::string& source, std::string& target);
  bool next_of_two(std::string& source, std::string& target);
  bool next_of_tsv(std::string& source, std::string& target);
  bool next_alone(std::string& source, std::string& target);
  void read_links(bool has_pair);

  std::vector<PairFiles> corpora_;
  Notice notice_;
  Utf8 policy_;
  std::size_t corpus_ = 0;
  std::size_t file_ = 0;                       // of this corpus, the next to open
  std::optional<LineReader> source_, target_;  // of TSV, or targets alone, the first has all
  std::optional<LineReader> links_;
  std::string links_line_;  // of the last pair
  bool any_links_ = false;  // in any corpus
  bool told_ = false;       // of further columns of this file
  PairSummary summary_;
  EvenChoice left_out_;
};

}  // namespace dragoman
