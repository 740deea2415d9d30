#include "tokenizer/augmentation.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <iterator>
#include <set>
#include <stdexcept>
#include <string_view>
#include <unicode/locid.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <utility>

namespace dragoman {
namespace {

struct Share {
  std::string_view name;
  double Augmentation::*value;
};

constexpr Share kShares[] = {{"typos", &Augmentation::typos}, {"drop", &Augmentation::drop},
                             {"lower", &Augmentation::lower}, {"end", &Augmentation::end},
                             {"upper", &Augmentation::upper}, {"title", &Augmentation::title},
                             {"join", &Augmentation::join}};

double share_of(std::string_view text, const std::string& setting) {
  double share = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), share);
  if (error != std::errc() || end != text.data() + text.size() || !(share >= 0 && share <= 1))
    throw std::invalid_argument(fmt::format("'{}' needs a share from 0 to 1 behind its =, as 0.05", setting));
  return share;
}

using Word = std::u32string;

std::vector<Word> words_of(const std::string& text) {
  std::vector<Word> words(1);
  const icu::UnicodeString characters = icu::UnicodeString::fromUTF8(text);
  for (std::int32_t i = 0; i < characters.length(); i = characters.moveIndex32(i, 1)) {
    const UChar32 character = characters.char32At(i);
    if (character == ' ') {
      if (!words.back().empty()) words.emplace_back();
    } else {
      words.back().push_back(static_cast<char32_t>(character));
    }
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

std::string text_of(const std::vector<Word>& words) {
  icu::UnicodeString text;
  for (const Word& word : words) {
    if (!text.isEmpty()) text.append(UChar32{' '});
    for (const char32_t character : word) text.append(static_cast<UChar32>(character));
  }
  std::string utf8;
  return text.toUTF8String(utf8);
}

void mistype(Word& word, CounterRandom& random) {
  const std::size_t place = random.below(static_cast<std::uint32_t>(word.size()));
  const std::uint32_t kind = random.below(3);
  if (kind == 0 && word.size() > 1) {
    word.erase(place, 1);
  } else if (kind == 1 || place + 1 == word.size()) {
    word.insert(place, 1, word[place]);
  } else {
    std::swap(word[place], word[place + 1]);
  }
}

void damage_words(const Augmentation& augmentation, CounterRandom& random, std::string& text) {
  std::vector<Word> words = words_of(text), kept;
  for (Word& word : words) {
    if (random.uniform() < augmentation.typos) mistype(word, random);
    if (random.uniform() >= augmentation.drop) kept.push_back(word);
  }
  text = text_of(kept.empty() ? words : kept);
}

void to_lower(std::string& text) {
  std::string lower;
  text = icu::UnicodeString::fromUTF8(text).toLower(icu::Locale::getRoot()).toUTF8String(lower);
}

void to_upper(std::string& text) {
  std::string upper;
  text = icu::UnicodeString::fromUTF8(text).toUpper(icu::Locale::getRoot()).toUTF8String(upper);
}

// Other letters of a word stay as they are: names have capitals in the middle.
void to_title(std::string& text) {
  std::vector<Word> words = words_of(text);
  for (Word& word : words) word.front() = static_cast<char32_t>(u_totitle(static_cast<UChar32>(word.front())));
  text = text_of(words);
}

void remove_end(std::string& text) {
  std::vector<Word> words = words_of(text);
  while (!words.empty() && !words.back().empty() && u_ispunct(static_cast<UChar32>(words.back().back()))) {
    words.back().pop_back();
    if (words.back().empty()) words.pop_back();
  }
  if (!words.empty()) text = text_of(words);
}

}  // namespace

bool Augmentation::any() const {
  return std::ranges::any_of(kShares, [this](const Share& share) { return this->*share.value != 0; });
}

std::vector<std::string> Augmentation::settings() const {
  std::vector<std::string> settings;
  for (const Share& share : kShares) {
    if (this->*share.value != 0) settings.push_back(fmt::format("{}={}", share.name, this->*share.value));
  }
  return settings;
}

Augmentation Augmentation::of(const std::vector<std::string>& settings) {
  Augmentation augmentation;
  std::set<std::string_view> seen;
  for (const std::string& setting : settings) {
    const std::size_t equals = setting.find('=');
    const std::string_view name = std::string_view(setting).substr(0, equals);
    const auto* const found = std::ranges::find(kShares, name, &Share::name);
    if (found == std::end(kShares)) {
      std::vector<std::string_view> names;
      for (const Share& share : kShares) names.push_back(share.name);
      throw std::invalid_argument(fmt::format("'{}' is no change; there are {}", setting, fmt::join(names, ", ")));
    }
    if (!seen.insert(found->name).second) throw std::invalid_argument(fmt::format("'{}' is there twice", name));
    augmentation.*found->value =
        share_of(equals == std::string::npos ? "" : std::string_view(setting).substr(equals + 1), setting);
  }
  return augmentation;
}

BatchChanges changes_of_batch(const Augmentation& augmentation, CounterRandom& random) {
  BatchChanges changes;
  if (random.uniform() < augmentation.join) changes.lines_in_one = 2 + static_cast<int>(random.below(2));
  changes.upper = random.uniform() < augmentation.upper;
  changes.title = random.uniform() < augmentation.title;
  return changes;
}

void augment(const Augmentation& augmentation, const BatchChanges& of_batch, CounterRandom& random, std::string& source,
             std::string& target) {
  if (augmentation.typos > 0 || augmentation.drop > 0) damage_words(augmentation, random, source);
  if (random.uniform() < augmentation.end) {
    remove_end(source);
    remove_end(target);
  }
  if (random.uniform() < augmentation.lower) to_lower(source);
  if (of_batch.title) {
    to_title(source);
    to_title(target);
  }
  if (of_batch.upper) {
    to_upper(source);
    to_upper(target);
  }
}

}  // namespace dragoman
