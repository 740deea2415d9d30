#include "metrics/ter_edits.h"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace dragoman {
namespace {

constexpr std::size_t kMaxShiftLength = 10;
constexpr std::size_t kMaxShiftDistance = 50;
constexpr std::size_t kMaxCandidates = 1000;

std::uint32_t errors_in(const std::vector<std::uint32_t>& errors, std::size_t start, std::size_t length) {
  return errors[start + length] - errors[start];
}

}  // namespace

bool TerEdits::Shift::better_than(const Shift& other) const {
  return std::tuple(gain, length, other.start, other.target) > std::tuple(other.gain, other.length, start, target);
}

std::int64_t TerEdits::count(Words hypothesis, Words reference) {
  if (reference.empty()) return static_cast<std::int64_t>(hypothesis.size());
  words_.assign(hypothesis.begin(), hypothesis.end());
  distance_.set_reference(reference);
  candidates_ = 0;
  for (std::int64_t shifts = 0;; ++shifts) {
    const std::int32_t distance = distance_.set_hypothesis(words_);
    const Shift best = distance == 0 ? Shift() : best_shift(reference, distance);
    // Whatever the last round found is given up when it ran into the limit.
    if (best.gain == 0 || candidates_ >= kMaxCandidates) return shifts + distance;
    write_shifted(best);
    words_.swap(shifted_);
  }
}

TerEdits::Shift TerEdits::best_shift(Words reference, std::int32_t distance) {
  distance_.align(alignment_);
  Shift best;
  for (std::size_t start = 0; start < words_.size(); ++start) {
    const std::size_t first = start > kMaxShiftDistance ? start - kMaxShiftDistance : 0;
    for (std::size_t at = first; at < reference.size() && at <= start + kMaxShiftDistance; ++at) {
      const std::size_t most = std::min({kMaxShiftLength, words_.size() - start, reference.size() - at});
      for (std::size_t length = 1; length <= most && words_[start + length - 1] == reference[at + length - 1];
           ++length) {
        try_shifts(start, at, length, distance, best);
        if (candidates_ >= kMaxCandidates) return best;
      }
    }
  }
  return best;
}

// Tries to move the phrase to the places beside the hypothesis words that are aligned with the reference's same phrase.
void TerEdits::try_shifts(std::size_t start, std::size_t reference_start, std::size_t length, std::int32_t distance,
                          Shift& best) {
  if (errors_in(alignment_.hypothesis_errors, start, length) == 0) return;
  if (errors_in(alignment_.reference_errors, reference_start, length) == 0) return;
  const std::int32_t aligned = alignment_.hypothesis_of[reference_start];
  if (aligned >= 0 && static_cast<std::size_t>(aligned) - start < length) return;  // a shift within the phrase

  std::int32_t previous = -1;
  for (std::size_t i = 0; i <= length; ++i) {
    const std::size_t behind = reference_start + i;  // the place is behind what is aligned with the word before this
    const std::int32_t target = behind == 0 ? 0 : alignment_.hypothesis_of[behind - 1] + 1;
    if (target == previous) continue;
    previous = target;
    ++candidates_;
    Shift shift{start, length, static_cast<std::size_t>(target)};
    write_shifted(shift);
    const std::int32_t limit = distance - std::max(1, best.gain);
    const std::int32_t shifted = distance_.distance_of(shifted_, std::min(shift.start, shift.target), limit);
    if (shifted > limit) continue;
    shift.gain = distance - shifted;
    if (shift.better_than(best)) best = shift;
  }
}

void TerEdits::write_shifted(const Shift& shift) {
  shifted_.assign(words_.begin(), words_.end());
  const auto at = [&](std::size_t i) {
    return shifted_.begin() + static_cast<std::ptrdiff_t>(std::min(i, shifted_.size()));
  };
  const std::size_t end = shift.start + shift.length;
  if (shift.target < shift.start) {
    std::rotate(at(shift.target), at(shift.start), at(end));
  } else {
    // A target within the phrase or right behind it counts from the phrase's end instead.
    std::rotate(at(shift.start), at(end), at(shift.target > end ? shift.target : shift.target + shift.length));
  }
}

}  // namespace dragoman
