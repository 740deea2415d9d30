#include "decoding/search/diverse_chooser.h"

#include "base/check_range.h"

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>
#include <map>
#include <stdexcept>

namespace dragoman {
namespace {

using Counts = std::map<std::int32_t, int>;

// The best by what they count, in that order; a group's own beams do not count.
void keep_diverse(std::vector<Successor>& successors, const Counts& taken, double strength, std::size_t count) {
  const auto counts = [&](const Successor& successor) {
    const auto found = taken.find(successor.id);
    return successor.log_prob - (found == taken.end() ? 0.0 : strength * found->second);
  };
  std::ranges::sort(successors, [&](const Successor& a, const Successor& b) {
    const double first = counts(a), second = counts(b);
    return first != second ? first > second : is_better(a, b);
  });
  successors.resize(std::min(successors.size(), count));
}

}  // namespace

void DiversityOptions::validate(int beam_size) const {
  check_range("--diverse-groups", groups, 1, 1000);
  check_range("--diversity", strength, 0.0, 100.0);
  if (beam_size % groups != 0) {
    throw std::invalid_argument(
        fmt::format("--beam-size {} does not divide into --diverse-groups {} of equal size", beam_size, groups));
  }
}

std::vector<std::vector<Successor>> DiverseChooser::successors(const NextTokens& next, const StepRows& rows,
                                                               int beam_size) const {
  const auto count = 2 * static_cast<std::size_t>(beam_size);
  // So many of the best of a row can be taken before.
  const std::int64_t wanted = static_cast<std::int64_t>(count) + (options_.groups - 1) * beam_size;
  const Candidates candidates = next.best({wanted, rows.allowed});
  const SuccessorTable table(candidates, rows.allowed.size());
  std::vector<std::vector<Successor>> result(rows.sentences.size());
  Counts taken;
  std::int64_t source = -1;
  for (std::size_t i = 0; i < result.size(); ++i) {
    if (rows.sentences[i].sentence / options_.groups != source) taken.clear();
    source = rows.sentences[i].sentence / options_.groups;
    table.append_to(result[i], rows.sentences[i]);
    keep_diverse(result[i], taken, options_.strength, count);
    for (std::size_t k = 0; k < std::min(result[i].size(), count / 2); ++k) ++taken[result[i][k].id];
  }
  return result;
}

}  // namespace dragoman
