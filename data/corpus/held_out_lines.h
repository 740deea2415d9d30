#pragma once

#include "base/fingerprint_set.h"

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace dragoman {

/// What a corpus and a file that is held out from it have in common. Blank lines, and white space at the ends of
/// others, do not count.
struct HeldOutOverlap {
  std::string file;
  std::int64_t lines = 0;            ///< of the file
  std::int64_t lines_in_corpus = 0;  ///< of them
  std::int64_t sources = 0;          ///< sides of the corpus that are one of its lines
  std::int64_t targets = 0;          ///< likewise
  std::int64_t pairs = 0;            ///< of the corpus with such a side

  bool operator==(const HeldOutOverlap&) const = default;
};

/// The lines of the files that are held out from a corpus, by the fingerprints of what bare_text() leaves of them.
class HeldOutLines {
 public:
  /// Throws as LineReader does.
  explicit HeldOutLines(const std::vector<std::string>& files);

  /// Whether a line of some file has this fingerprint. Threads may ask together.
  bool contains(std::uint64_t fingerprint) const { return all_.contains(fingerprint); }

  /// Counts a pair of the corpus for overlaps().
  void count(std::uint64_t source, std::uint64_t target);

  /// Of each file, in their order, with the pairs that were counted.
  std::vector<HeldOutOverlap> overlaps() const;

 private:
  struct Occurrences {
    std::int64_t lines = 0;
    bool is_in_corpus = false;
  };
  struct File {
    HeldOutOverlap overlap;
    std::unordered_map<std::uint64_t, Occurrences> lines;
  };

  static bool meet(File& file, std::uint64_t fingerprint);

  FingerprintSet all_;
  std::vector<File> files_;
};

}  // namespace dragoman
