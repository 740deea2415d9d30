#include "metrics/beam_edit_distance.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

namespace dragoman {
namespace {

constexpr std::size_t kBeamWidth = 25;

// More than any distance, and by so much less than the type's largest that a few edits on top do not overflow.
constexpr std::int32_t kOutOfReach = 1 << 30;

}  // namespace

// A row is stored with the cell before its band, and with as many behind it as the next row looks at.
void BeamEditDistance::lay_out() {
  const std::size_t rows = hypothesis_.size();
  const std::size_t last_column = reference_.size();
  bands_.resize(rows + 1);
  bands_[0] = {0, last_column};
  // In floating point, as what is to be equalled: the diagonal may come out one column lower than it is.
  const double slope = static_cast<double>(last_column) / static_cast<double>(std::max<std::size_t>(rows, 1));
  const auto width = static_cast<std::size_t>(slope / 2 > kBeamWidth ? std::ceil(slope / 2 + kBeamWidth)
                                                                     : static_cast<double>(kBeamWidth));
  stride_ = 2;
  for (std::size_t i = 1; i <= rows; ++i) {
    const auto diagonal = static_cast<std::size_t>(std::floor(static_cast<double>(i) * slope));
    bands_[i].first = diagonal > width ? diagonal - width : 0;
    bands_[i].last = i == rows ? last_column : std::min(last_column, diagonal + width - 1);
    stride_ = std::max(stride_, bands_[i].last - bands_[i - 1].first + 2);
  }
  cells_.resize((rows + 1) * stride_);
  scratch_.resize(2 * stride_);
}

std::int32_t BeamEditDistance::set_hypothesis(Words hypothesis) {
  hypothesis_ = hypothesis;
  lay_out();
  row(0)[0] = kOutOfReach;
  std::iota(row(0) + 1, row(0) + stride_, 0);
  for (std::size_t i = 1; i <= hypothesis.size(); ++i) fill_row(i, hypothesis[i - 1], row(i - 1), row(i));
  return hypothesis.empty() ? static_cast<std::int32_t>(reference_.size()) : last_cell(row(hypothesis.size()));
}

std::int32_t BeamEditDistance::distance_of(Words hypothesis, std::size_t unchanged, std::int32_t limit) {
  const std::int32_t* before = row(unchanged);
  std::int32_t* current = scratch_.data();
  for (std::size_t i = unchanged + 1; i <= hypothesis.size(); ++i) {
    const std::int32_t smallest = fill_row(i, hypothesis[i - 1], before, current);
    if (smallest > limit) return smallest;  // distances never shrink from row to row
    before = current;
    current = current == scratch_.data() ? scratch_.data() + stride_ : scratch_.data();
  }
  return last_cell(before);
}

// Writes row `i` given the one before it; returns its smallest value.
std::int32_t BeamEditDistance::fill_row(std::size_t i, std::uint32_t word, const std::int32_t* before,
                                        std::int32_t* row) const {
  const auto [first, last] = bands_[i];
  const std::int32_t* above = before + (first - bands_[i - 1].first);  // its column is one lower than the cell's
  std::int32_t* const end = row + stride_;
  std::int32_t left = kOutOfReach;
  *row++ = kOutOfReach;
  std::size_t column = first;
  if (column == 0) {
    *row++ = left = above[1] + 1;
    ++above;
    ++column;
  }
  std::int32_t smallest = left;
  for (; column <= last; ++column, ++above) {
    const std::int32_t substituted = above[0] + (word != reference_[column - 1]);
    left = std::min(std::min(substituted, above[1] + 1), left + 1);
    smallest = std::min(smallest, left);
    *row++ = left;
  }
  std::fill(row, end, kOutOfReach);
  return smallest;
}

std::int32_t BeamEditDistance::last_cell(const std::int32_t* last_row) const {
  return last_row[1 + reference_.size() - bands_.back().first];
}

std::int32_t BeamEditDistance::cell(std::size_t i, std::size_t j) const {
  if (i == 0) return static_cast<std::int32_t>(j);
  const auto [first, last] = bands_[i];
  return j < first || j > last ? kOutOfReach : cells_[i * stride_ + 1 + (j - first)];
}

// Walks back from the end. Where several edits cost the same, a match or substitution goes before a word too many in
// the hypothesis, and that before one too many in the reference.
void BeamEditDistance::align(EditAlignment& alignment) const {
  std::size_t i = hypothesis_.size();
  std::size_t j = reference_.size();
  alignment.hypothesis_of.resize(j);
  alignment.reference_errors.assign(j + 1, 0);
  alignment.hypothesis_errors.assign(i + 1, 0);
  while (i > 0 || j > 0) {
    const std::int32_t value = cell(i, j);
    if (i > 0 && j > 0) {
      const std::int32_t cost = hypothesis_[i - 1] != reference_[j - 1];
      if (cell(i - 1, j - 1) + cost == value) {
        alignment.hypothesis_of[j - 1] = static_cast<std::int32_t>(i) - 1;
        alignment.reference_errors[j] = alignment.hypothesis_errors[i] = static_cast<std::uint32_t>(cost);
        --i;
        --j;
        continue;
      }
    }
    if (i > 0 && cell(i - 1, j) + 1 == value) {
      alignment.hypothesis_errors[i--] = 1;
    } else {
      alignment.hypothesis_of[j - 1] = static_cast<std::int32_t>(i) - 1;
      alignment.reference_errors[j--] = 1;
    }
  }
  for (auto* errors : {&alignment.reference_errors, &alignment.hypothesis_errors}) {
    std::partial_sum(errors->begin(), errors->end(), errors->begin());
  }
}

}  // namespace dragoman
