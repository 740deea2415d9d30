#include "decoding/text/defects.h"

#include <algorithm>
#include <cstddef>

namespace dragoman {
namespace {

constexpr std::size_t kLongestPeriod = 8;

// Tokens that only repeat those before them, of the part of a text that has the most of it.
struct Repeated {
  std::size_t tokens = 0;
  bool is_loop = false;  // enough of them for their period
};

Repeated repeated_in(std::span<const std::int32_t> ids) {
  constexpr std::size_t kFewTokens = 6, kTimes = 3;
  Repeated most;
  for (std::size_t period = 1; period <= kLongestPeriod; ++period) {
    std::size_t run = 0;
    for (std::size_t i = period; i < ids.size(); ++i) {
      run = ids[i] == ids[i - period] ? run + 1 : 0;
      most.tokens = std::max(most.tokens, run);
      most.is_loop |= run >= std::max(kTimes * period, kFewTokens);
    }
  }
  return most;
}

std::size_t distinct_length(std::span<const std::int32_t> source) {
  const Repeated repeated = repeated_in(source);
  return source.size() - (repeated.is_loop ? repeated.tokens : 0);
}

}  // namespace

Defect defect_of(std::span<const std::int32_t> source, std::span<const std::int32_t> translation, bool is_cut) {
  constexpr std::size_t kShortSource = 12;
  if (is_cut) return Defect::loop;
  if (const Repeated repeated = repeated_in(translation); repeated.is_loop) {
    const Repeated of_source = repeated_in(source);
    if (!of_source.is_loop || repeated.tokens > 2 * of_source.tokens) return Defect::loop;
  }
  const std::size_t length = distinct_length(source);
  return length >= kShortSource && 4 * translation.size() < length ? Defect::too_short : Defect::none;
}

int least_length(std::span<const std::int32_t> source) {
  return static_cast<int>((distinct_length(source) + 1) / 2);
}

}  // namespace dragoman
