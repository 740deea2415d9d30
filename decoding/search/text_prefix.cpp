#include "decoding/search/text_prefix.h"

#include "tokenizer/glossary.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace dragoman {

VocabularyText::VocabularyText(std::vector<std::string> surfaces, TokenOrder order) : surfaces_(std::move(surfaces)) {
  for (std::int32_t id = 0; id < std::ssize(surfaces_); ++id) {
    if (!of(id).empty()) sorted_.push_back(id);
    bool joins_before = is_inside_word("a" + of(id), 1), joins_behind = is_inside_word(of(id) + "a", of(id).size());
    if (order == TokenOrder::right_to_left) std::swap(joins_before, joins_behind);
    if (joins_before) inside_words_.push_back(id);
    ends_in_word_.push_back(joins_behind ? 1 : 0);
  }
  std::ranges::sort(sorted_, [&](std::int32_t a, std::int32_t b) { return std::pair(of(a), a) < std::pair(of(b), b); });
}

std::vector<std::int32_t> VocabularyText::spelling(std::string_view rest) const {
  std::vector<std::int32_t> ids;
  const auto text_of = [&](std::int32_t id) { return std::string_view(of(id)); };
  for (std::size_t length = 1; length < rest.size(); ++length) {
    const auto [first, last] = std::ranges::equal_range(sorted_, rest.substr(0, length), {}, text_of);
    ids.insert(ids.end(), first, last);
  }
  auto id = std::ranges::lower_bound(sorted_, rest, {}, text_of);
  for (; id != sorted_.end() && of(*id).starts_with(rest); ++id) ids.push_back(*id);
  return ids;
}

TextPrefix::TextPrefix(Parts parts, std::int32_t eos, const VocabularyText& vocabulary)
    : parts_(std::move(parts)), eos_(eos), vocabulary_(vocabulary) {}

void TextPrefix::restrict(std::span<const std::int32_t> prefix, AllowedIds& allowed) const {
  const auto keep_only = [&](std::span<const std::int32_t> ids) {
    allowed = AllowedIds();
    allowed.keep_only(ids);
  };
  if (prefix.size() < parts_.ids.size()) return keep_only({&parts_.ids[prefix.size()], 1});
  const std::string whole = parts_.text + parts_.text_or_end;
  const std::size_t spelt = spelt_by(prefix).size();
  if (spelt < whole.size()) {
    const std::string_view rest = std::string_view(whole).substr(spelt);
    std::vector<std::int32_t> ids = vocabulary_.spelling(rest);
    if (parts_.ends_word)
      std::erase_if(ids, [&](std::int32_t id) { return is_inside_word(vocabulary_.of(id), rest.size()); });
    if (rest.size() <= parts_.text_or_end.size()) ids.push_back(eos_);
    keep_only(ids);
  } else if (parts_.is_all) {
    keep_only({&eos_, 1});
  } else if (parts_.ends_word && spelt == whole.size() && is_inside_word(whole + "a", spelt)) {
    vocabulary_.forbid_inside_words(allowed);
  }
}

bool TextPrefix::is_met(std::span<const std::int32_t> prefix) const {
  return prefix.size() >= parts_.ids.size() && spelt_by(prefix).size() >= parts_.text.size();
}

std::optional<std::string> TextPrefix::text_behind(std::span<const std::int32_t> prefix) const {
  if (!is_met(prefix)) return std::nullopt;
  return spelt_by(prefix).substr(parts_.text.size());
}

std::string TextPrefix::spelt_by(std::span<const std::int32_t> prefix) const {
  std::string spelt;
  for (const std::int32_t id : prefix.subspan(parts_.ids.size())) spelt += vocabulary_.of(id);
  return spelt;
}

}  // namespace dragoman
