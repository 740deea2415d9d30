#include "decoding/search/preference.h"

#include <algorithm>

namespace dragoman {
namespace {

// They are few.
Preferences::OfToken& entry_of(Preferences& preferences, std::int32_t id) {
  const auto found = std::ranges::find(preferences.of_tokens, id, &Preferences::OfToken::id);
  if (found != preferences.of_tokens.end()) return *found;
  return preferences.of_tokens.emplace_back(Preferences::OfToken{id, 1.0, preferences.of_others});
}

}  // namespace

Preferences RepetitionPenalty::behind(const Beginning& beginning) const {
  std::vector<std::int32_t> ids(beginning.ids.begin(), beginning.ids.end());
  std::ranges::sort(ids);
  const auto repeated = std::ranges::unique(ids);
  ids.erase(repeated.begin(), repeated.end());
  Preferences preferences;
  for (const std::int32_t id : ids) preferences.of_tokens.push_back({id, penalty_});
  return preferences;
}

Preferences FavouredPrefix::behind(const Beginning& beginning) const {
  const std::span<const std::int32_t> prefix = beginning.ids;
  if (prefix.size() >= ids_.size() || !std::ranges::equal(prefix, std::span(ids_).first(prefix.size()))) return {};
  return {{{ids_[prefix.size()], 1.0, bonus_}}};
}

Preferences all_of(std::span<const Preference* const> preferences, const Beginning& beginning) {
  Preferences sum;
  for (const Preference* const preference : preferences) {
    const Preferences more = preference->behind(beginning);
    for (const Preferences::OfToken& token : more.of_tokens) {
      Preferences::OfToken& entry = entry_of(sum, token.id);
      entry.factor *= token.factor;
      entry.added += token.added - more.of_others;
      entry.lift += token.lift;
    }
    for (Preferences::OfToken& entry : sum.of_tokens) entry.added += more.of_others;
    sum.of_others += more.of_others;
  }
  return sum;
}

}  // namespace dragoman
