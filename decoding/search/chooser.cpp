#include "decoding/search/chooser.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <fmt/core.h>
#include <stdexcept>
#include <utility>

namespace dragoman {

SuccessorTable::SuccessorTable(const Candidates& candidates, std::size_t rows) : candidates_(candidates) {
  const auto expected = static_cast<std::int64_t>(rows);
  const auto places = static_cast<std::size_t>(expected * candidates.per_row);
  if (candidates.rows != expected || candidates.ids.size() != places || candidates.log_probs.size() != places) {
    throw std::logic_error(fmt::format("{} rows were scored, but {} × {} candidates came back ({} ids)", rows,
                                       candidates.rows, candidates.per_row, candidates.ids.size()));
  }
}

void SuccessorTable::append_to(std::vector<Successor>& successors, const SentenceRows& sentence) const {
  const auto per_row = static_cast<std::size_t>(candidates_.per_row);
  successors.reserve(successors.size() + sentence.log_probs.size() * per_row);
  for (std::size_t row = 0; row < sentence.log_probs.size(); ++row) {
    const std::size_t first = (static_cast<std::size_t>(sentence.first_row) + row) * per_row;
    for (std::size_t i = first; i < first + per_row; ++i) {
      const float log_prob = candidates_.log_probs[i];
      if (std::isinf(log_prob)) break;
      successors.push_back({sentence.log_probs[row] + log_prob, static_cast<std::int32_t>(row), candidates_.ids[i],
                            candidates_.own_log_prob(i)});
    }
  }
}

bool is_better(const Successor& a, const Successor& b) {
  if (a.log_prob != b.log_prob) return a.log_prob > b.log_prob;
  return std::pair(a.row, a.id) < std::pair(b.row, b.id);
}

void keep_best(std::vector<Successor>& successors, std::size_t count) {
  const std::size_t kept = std::min(successors.size(), count);
  std::partial_sort(successors.begin(), successors.begin() + static_cast<std::ptrdiff_t>(kept), successors.end(),
                    is_better);
  successors.resize(kept);
}

std::vector<std::vector<Successor>> BestChooser::successors(const NextTokens& next, const StepRows& rows,
                                                            int beam_size) const {
  const std::int64_t count = 2 * static_cast<std::int64_t>(beam_size);
  const Candidates candidates = next.best({count, rows.allowed});
  const SuccessorTable table(candidates, rows.allowed.size());
  std::vector<std::vector<Successor>> result(rows.sentences.size());
  for (std::size_t i = 0; i < result.size(); ++i) {
    table.append_to(result[i], rows.sentences[i]);
    keep_best(result[i], static_cast<std::size_t>(count));
  }
  return result;
}

}  // namespace dragoman
