#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace dragoman {

/// Which hypothesis word each reference word is aligned with, and how many words of either are in error.
struct EditAlignment {
  std::vector<std::int32_t> hypothesis_of;       ///< [R]: a position, −1 before the first
  std::vector<std::uint32_t> reference_errors;   ///< [R + 1]: errors among the first r words
  std::vector<std::uint32_t> hypothesis_errors;  ///< [H + 1]
};

/// Edit distance (insertions, deletions and substitutions of words) from a hypothesis to a reference, looking only at a
/// band of the matrix around its diagonal, as TER's reference implementation does: for long sentences the result may be
/// larger than the true distance.
///
/// The hypothesis that was set keeps its matrix, so that another one of the same length, which begins with the same
/// words, costs only the rows behind them.
class BeamEditDistance {
 public:
  using Words = std::span<const std::uint32_t>;

  /// At least one word; they must outlive the calls that follow, as the hypothesis' must.
  void set_reference(Words reference) { reference_ = reference; }

  /// Returns the distance.
  std::int32_t set_hypothesis(Words hypothesis);

  void align(EditAlignment& alignment) const;

  /// Of `hypothesis`, whose length and first `unchanged` words are those of the one that was set. May return any number
  /// above `limit` where the distance is above `limit`.
  std::int32_t distance_of(Words hypothesis, std::size_t unchanged, std::int32_t limit);

 private:
  // The columns of a matrix row that are looked at.
  struct Band {
    std::size_t first, last;
  };

  void lay_out();
  std::int32_t* row(std::size_t i) { return cells_.data() + i * stride_; }
  std::int32_t fill_row(std::size_t i, std::uint32_t word, const std::int32_t* before, std::int32_t* row) const;
  std::int32_t last_cell(const std::int32_t* last_row) const;
  std::int32_t cell(std::size_t i, std::size_t j) const;

  Words reference_;
  Words hypothesis_;
  std::vector<Band> bands_;            // [H + 1]
  std::size_t stride_ = 0;             // of a stored row: a cell out of reach, the band, more cells out of reach
  std::vector<std::int32_t> cells_;    // [H + 1, stride]
  std::vector<std::int32_t> scratch_;  // [2, stride]: rows of another hypothesis
};

}  // namespace dragoman
