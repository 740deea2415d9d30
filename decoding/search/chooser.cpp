#include "decoding/search/chooser.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <fmt/core.h>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

void check_rows(const Candidates& candidates, std::size_t rows) {
  const auto expected = static_cast<std::int64_t>(rows);
  const auto places = static_cast<std::size_t>(expected * candidates.per_row);
  if (candidates.rows != expected || candidates.ids.size() != places || candidates.log_probs.size() != places) {
    throw std::logic_error(fmt::format("{} rows were scored, but {} × {} candidates came back ({} ids)", rows,
                                       candidates.rows, candidates.per_row, candidates.ids.size()));
  }
}

std::vector<Successor> best_successors(const Candidates& candidates, const SentenceRows& sentence, std::size_t count) {
  std::vector<Successor> successors;
  successors.reserve(sentence.log_probs.size() * static_cast<std::size_t>(candidates.per_row));
  for (std::size_t row = 0; row < sentence.log_probs.size(); ++row) {
    const std::int64_t offset = (sentence.first_row + static_cast<std::int64_t>(row)) * candidates.per_row;
    for (std::int64_t i = offset; i < offset + candidates.per_row; ++i) {
      const float log_prob = candidates.log_probs[i];
      if (std::isinf(log_prob)) break;
      successors.push_back(
          {sentence.log_probs[row] + log_prob, static_cast<std::int32_t>(row), candidates.ids[i], log_prob});
    }
  }
  const std::size_t kept = std::min(successors.size(), count);
  std::partial_sort(successors.begin(), successors.begin() + static_cast<std::ptrdiff_t>(kept), successors.end(),
                    [](const Successor& a, const Successor& b) {
                      if (a.log_prob != b.log_prob) return a.log_prob > b.log_prob;
                      return std::pair(a.row, a.id) < std::pair(b.row, b.id);
                    });
  successors.resize(kept);
  return successors;
}

}  // namespace

std::vector<std::vector<Successor>> BestChooser::successors(const NextTokens& next, std::span<const AllowedIds> allowed,
                                                            std::span<const SentenceRows> sentences,
                                                            int beam_size) const {
  const std::int64_t count = 2 * static_cast<std::int64_t>(beam_size);
  const Candidates candidates = next.best(count, allowed);
  check_rows(candidates, allowed.size());
  std::vector<std::vector<Successor>> result;
  result.reserve(sentences.size());
  for (const SentenceRows& sentence : sentences)
    result.push_back(best_successors(candidates, sentence, static_cast<std::size_t>(count)));
  return result;
}

}  // namespace dragoman
