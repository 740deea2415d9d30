#include "decoding/scoring/pair_check.h"

#include "decoding/text/line_report.h"

#include <algorithm>
#include <vector>

namespace dragoman {
namespace {

using Lines = std::span<const std::string>;

// The mean log-probability of a token of the targets; pairs that are too long to be scored do not count.
double likelihood(const ForcedScorer& scorer, Lines sources, Lines targets) {
  double sum = 0;
  std::size_t tokens = 0;
  LineReport unheard({});
  for (const Translation::Output& output : scorer.score(sources, targets, 1, unheard)) {
    if (output.tokens.empty()) continue;
    sum += output.log_prob;
    tokens += output.tokens.size();
  }
  return sum / static_cast<double>(std::max<std::size_t>(tokens, 1));
}

}  // namespace

std::string doubt_about_pairs(const ForcedScorer& scorer, Lines sources, Lines targets) {
  const double given = likelihood(scorer, sources, targets);
  if (given < likelihood(scorer, targets, sources))
    return "the model finds the pairs likelier the other way round; swap the two files";
  if (sources.size() < kFewestPairs) return {};
  // Far from where they stand: a file that lacks a line is off by a few.
  std::vector<std::string> others(targets.begin(), targets.end());
  std::ranges::rotate(others, others.begin() + static_cast<std::ptrdiff_t>(others.size() / 2));
  constexpr double kChance = 0.95;  // of logarithms, which are negative: what chance may make of them
  if (given <= kChance * likelihood(scorer, sources, others))
    return "the model finds the targets no likelier than those of other lines; see that they belong together line by "
           "line";
  return {};
}

}  // namespace dragoman
