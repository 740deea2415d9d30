#include "app/cli/nearest_name.h"

#include <algorithm>
#include <limits>
#include <vector>

namespace dragoman {
namespace {

// Names are words with hyphens between them.
bool is_near(std::string_view given, std::string_view name) {
  constexpr std::size_t kShortestPart = 3;
  const std::size_t allowed = std::max<std::size_t>(1, std::min(given.size(), name.size()) / 3);
  if (edit_distance(given, name) <= allowed) return true;
  if (given.size() < kShortestPart) return false;
  const auto word_border = [](std::string_view text, std::size_t at) { return text[at] == '-'; };
  if (name.size() > given.size())
    return name.starts_with(given) || (name.ends_with(given) && word_border(name, name.size() - given.size() - 1));
  return given.size() > name.size() && given.starts_with(name) && word_border(given, name.size());
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  // Three rows of the table suffice: a swap looks two rows back.
  std::vector<std::size_t> before(b.size() + 1), previous(b.size() + 1), current(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) previous[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replace = previous[j - 1] + (a[i - 1] != b[j - 1]);
      current[j] = std::min({previous[j] + 1, current[j - 1] + 1, replace});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        current[j] = std::min(current[j], before[j - 2] + 1);
      }
    }
    std::swap(before, previous);
    std::swap(previous, current);
  }
  return previous[b.size()];
}

std::string nearest_name(std::string_view given, std::span<const std::string> known) {
  std::string best;
  auto best_score = std::numeric_limits<std::ptrdiff_t>::max();
  for (const std::string& name : known) {
    if (!is_near(given, name)) continue;
    const auto differ = std::mismatch(given.begin(), given.end(), name.begin(), name.end());
    const auto score = static_cast<std::ptrdiff_t>(edit_distance(given, name)) - (differ.first - given.begin());
    if (score < best_score) {
      best = name;
      best_score = score;
    }
  }
  return best;
}

}  // namespace dragoman
