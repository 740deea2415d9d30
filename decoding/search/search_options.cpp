#include "decoding/search/search_options.h"

#include "base/check_range.h"

#include <algorithm>
#include <fmt/core.h>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

constexpr int kLargestLength = 100000;

}  // namespace

void SearchOptions::validate() const {
  check_range("--beam-size", beam_size, 1, 1000);
  check_range("--n-best", n_best, 1, 1000);
  if (n_best > beam_size) {
    throw std::invalid_argument(fmt::format("--n-best {} is more than --beam-size {}; raise --beam-size to at least {}",
                                            n_best, beam_size, n_best));
  }
  check_range("--length-penalty", length_penalty, 0.0, 10.0);
  check_range("--min-length", min_length, 0, kLargestLength);
  check_range("--max-length", max_length, 0, kLargestLength);
  check_range("--max-length-ratio", max_length_ratio, 0.0, 1000.0);
  check_range("--max-length-extra", max_length_extra, 0, kLargestLength);
  check_range("the model's maximal length", model_max_length, 0, kLargestLength);
  if (max_length > 0 && min_length > max_length) {
    throw std::invalid_argument(fmt::format("--min-length {} is more than --max-length {}", min_length, max_length));
  }
  if (model_max_length > 0 && min_length > model_max_length) {
    throw std::invalid_argument(
        fmt::format("--min-length {} is more than the model's {} positions", min_length, model_max_length));
  }
}

int SearchOptions::length_limit(int source_length) const {
  int limit = max_length;
  if (limit == 0) {
    const double relative = max_length_ratio * source_length + max_length_extra;
    limit = std::max(static_cast<int>(std::min<double>(relative, kLargestLength)), min_length);
  }
  if (model_max_length > 0) limit = std::min(limit, model_max_length);
  return std::max(limit, 1);
}

}  // namespace dragoman
