#pragma once

#include "metrics/beam_edit_distance.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace dragoman {

/// Counts the edits that turn a hypothesis into a reference: insertions, deletions and substitutions of words, and
/// shifts of phrases to another place (Snover et al. 2006, "A Study of Translation Edit Rate"). Shifts are chosen
/// greedily, each the one that shortens the edit distance most, within Tercom's limits and sacreBLEU's limit on their
/// number; the result is sacreBLEU's, not the least possible. One object serves many sentences and keeps its memory.
class TerEdits {
 public:
  using Words = std::span<const std::uint32_t>;

  std::int64_t count(Words hypothesis, Words reference);

 private:
  // Moves `length` words from `start` to before `target`, both positions in the sentence as it is.
  struct Shift {
    std::size_t start = 0;
    std::size_t length = 0;
    std::size_t target = 0;
    std::int32_t gain = 0;  // by which the distance shrinks; a shift that does not help is none

    bool better_than(const Shift& other) const;
  };

  Shift best_shift(Words reference, std::int32_t distance);
  void try_shifts(std::size_t start, std::size_t reference_start, std::size_t length, std::int32_t distance,
                  Shift& best);
  void write_shifted(const Shift& shift);

  BeamEditDistance distance_;
  EditAlignment alignment_;
  std::vector<std::uint32_t> words_;
  std::vector<std::uint32_t> shifted_;
  std::size_t candidates_ = 0;  // shifts tried for the sentence
};

}  // namespace dragoman
