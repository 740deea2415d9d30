#include "decoding/markup/link_steps.h"

#include "tokenizer/text_units.h"

#include <algorithm>
#include <cstddef>
#include <optional>

namespace dragoman {
namespace {

// For each unit of one text the unit of the other that is the same, or that stands where it does between two that are.
std::vector<std::optional<std::size_t>> counterparts(std::string_view text, const std::vector<TextUnit>& units,
                                                     std::string_view other, const std::vector<TextUnit>& others) {
  constexpr std::size_t kFarthest = 8;
  const auto same = [&](std::size_t i, std::size_t k) {
    const TextRange &a = units[i].range, &b = others[k].range;
    return text.substr(a.begin, a.end - a.begin) == other.substr(b.begin, b.end - b.begin);
  };
  std::vector<std::optional<std::size_t>> found(units.size());
  std::size_t i = 0, k = 0;
  while (i < units.size() && k < others.size()) {
    std::size_t skipped = 0, skip = 0;
    bool matches = false;
    // The nearest two that are the same.
    for (skipped = 0; skipped <= 2 * kFarthest && !matches; ++skipped) {
      for (skip = skipped > kFarthest ? skipped - kFarthest : 0; skip <= std::min(skipped, kFarthest); ++skip) {
        if (i + skip >= units.size() || k + (skipped - skip) >= others.size()) continue;
        matches = same(i + skip, k + (skipped - skip));
        if (matches) break;
      }
      if (matches) break;
    }
    if (!matches) skip = skipped = 0;
    const std::size_t other_skip = matches ? skipped - skip : 0;
    for (std::size_t n = 0; n < std::min(skip, other_skip); ++n) found[i + n] = k + n;
    i += skip;
    k += other_skip;
    found[i++] = k++;
  }
  return found;
}

}  // namespace

std::vector<TextLink> chained_links(const std::vector<TextLink>& first, const std::vector<TextLink>& second) {
  std::vector<TextLink> links;
  for (const TextLink& to : second) {
    // By the target, so that those that meet it stand together.
    auto from =
        std::ranges::upper_bound(first, to.source.begin, {}, [](const TextLink& link) { return link.target.end; });
    for (; from != first.end() && from->target.begin < to.source.end; ++from)
      links.push_back({from->source, to.target});
  }
  return links;
}

std::vector<TextLink> links_behind(std::size_t begin, const std::vector<TextLink>& links) {
  std::vector<TextLink> moved;
  for (const auto& [source, target] : links) {
    if (source.begin >= begin) moved.push_back({{source.begin - begin, source.end - begin}, target});
  }
  return moved;
}

std::vector<TextLink> links_from_changed(std::string_view text, std::string_view changed,
                                         const std::vector<TextLink>& links) {
  const std::vector<TextUnit> units = units_of(changed), originals = units_of(text);
  const auto found = counterparts(changed, units, text, originals);
  std::vector<TextLink> moved;
  for (const TextLink& link : links) {
    const auto unit =
        std::ranges::lower_bound(units, link.source.begin, {}, [](const TextUnit& one) { return one.range.begin; });
    if (unit == units.end()) continue;
    if (const auto original = found[static_cast<std::size_t>(unit - units.begin())])
      moved.push_back({originals[*original].range, link.target});
  }
  return moved;
}

}  // namespace dragoman
