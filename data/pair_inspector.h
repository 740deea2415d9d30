#pragma once

#include "data/parallel_corpus.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace dragoman {

/// Pearson's correlation of pairs of numbers.
class Correlation {
 public:
  void add(double x, double y);
  std::int64_t count() const { return count_; }
  /// From -1 to 1; 0 where one side does not vary.
  double value() const;

 private:
  std::int64_t count_ = 0;
  double x_ = 0, y_ = 0, xx_ = 0, yy_ = 0, xy_ = 0;
};

/// Whether one side of a corpus is a line behind the other: the lengths of a sentence and of its translation go
/// together, those of neighbours do not.
class ShiftFinder {
 public:
  /// The next pair.
  void add(std::string_view source, std::string_view target);

  /// Where the first part that is shifted begins, if there is one, and how much speaks for that.
  struct Shift {
    std::int64_t pair = 0;  ///< counted from 1
    bool target_late =
        false;  ///< each source belongs to the line after its own in the target, or else to the one before
    double beside = 0, beside_neighbour = 0;  ///< correlation of lengths in the same line, and with that neighbour
  };
  /// Of all pairs so far.
  const Shift* found();

 private:
  void close_part();

  std::int64_t pairs_ = 0, part_begin_ = 0;
  double source_before_ = 0, target_before_ = 0;
  Correlation same_, target_late_, source_late_;
  bool is_found_ = false;
  Shift shift_;
};

/// Looks for the mistakes that people make with the files of a training: cheap enough for each pair of a large corpus.
class PairInspector {
 public:
  /// valid: what the training validates on, if that is known; it must outlive this object. targets_alone: there are no
  /// sources.
  explicit PairInspector(const ParallelText& valid, bool targets_alone = false);

  /// The next training pair.
  void add(const std::string& source, const std::string& target);

  /// What is wrong with the pairs so far, a line each that names the remedy.
  std::vector<std::string> warnings();

 private:
  void compare_with_validation(const std::string& source, const std::string& target);
  void compare_words(const std::string& source, const std::string& target);

  std::size_t valid_pairs_;
  bool targets_alone_;
  std::unordered_map<std::uint64_t, std::int64_t> unseen_;            // validation pairs not met yet, by their hash
  std::int64_t seen_ = 0;                                             // those that were met
  std::unordered_set<std::string_view> source_words_, target_words_;  // of one side of the validation text alone
  std::int64_t straight_ = 0, crossed_ = 0;                           // words on the same side there, and on the other
  std::int64_t pairs_ = 0, filled_ = 0, alike_ = 0;                   // of which have text, and the same on both sides
  ShiftFinder shift_;
};

}  // namespace dragoman
