#include "decoding/text/best_combinations.h"

#include <queue>
#include <tuple>

namespace dragoman {
namespace {

// A choice in one part behind one of the best combinations of the parts before.
struct Choice {
  double sum = 0;
  std::size_t before = 0, candidate = 0;

  // That the queue has on top what is best.
  bool operator<(const Choice& other) const {
    return std::tie(sum, other.candidate, other.before) < std::tie(other.sum, candidate, before);
  }
};

// The best of all pairs of a combination before and a candidate: both are sorted, so that a pair need not be looked at
// before those that are better in one of the two.
std::vector<Choice> extend(std::span<const Choice> before, std::span<const double> scores, std::size_t count) {
  std::vector<Choice> best;
  std::priority_queue<Choice> open;
  const auto consider = [&](std::size_t i, std::size_t k) {
    if (i < before.size() && k < scores.size()) open.push({before[i].sum + scores[k], i, k});
  };
  consider(0, 0);
  while (best.size() < count && !open.empty()) {
    const Choice choice = open.top();
    open.pop();
    best.push_back(choice);
    consider(choice.before, choice.candidate + 1);
    if (choice.candidate == 0) consider(choice.before + 1, 0);
  }
  return best;
}

}  // namespace

std::vector<std::vector<std::size_t>> best_combinations(std::span<const std::vector<double>> scores,
                                                        std::size_t count) {
  std::vector<std::vector<Choice>> parts{{Choice{}}};
  for (const std::vector<double>& candidates : scores) parts.push_back(extend(parts.back(), candidates, count));
  std::vector<std::vector<std::size_t>> combinations;
  for (std::size_t n = 0; n < parts.back().size(); ++n) {
    std::vector<std::size_t>& chosen = combinations.emplace_back(scores.size());
    std::size_t i = n;
    for (std::size_t part = scores.size(); part > 0; --part) {
      chosen[part - 1] = parts[part][i].candidate;
      i = parts[part][i].before;
    }
  }
  return combinations;
}

}  // namespace dragoman
