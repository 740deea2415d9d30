#include "tokenizer/letter_model.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

namespace dragoman {
namespace {

constexpr std::size_t kLongest = 5;
constexpr char32_t kEdge = U'_';

template <typename Take>
void for_each_character(std::string_view text, Take take) {
  const auto size = static_cast<std::int32_t>(text.size());
  for (std::int32_t i = 0; i < size;) {
    UChar32 c;
    U8_NEXT_OR_FFFD(text.data(), i, size, c);
    take(c);
  }
}

double frequency_at(std::size_t place) {
  return std::pow(static_cast<double>(place) + 1.5, -0.9);
}

}  // namespace

LetterModel::LetterModel(std::string_view list) {
  while (!list.empty()) {
    const std::string_view line = list.substr(0, list.find('\n'));
    list.remove_prefix(std::min(line.size() + 1, list.size()));
    std::u32string sequence;
    for_each_character(line.substr(0, line.find_first_of("\t \r")),
                       [&](UChar32 c) { sequence += static_cast<char32_t>(u_tolower(c)); });
    if (sequence.empty()) continue;
    const auto [entry, is_new] = frequencies_.try_emplace(sequence, frequency_at(frequencies_.size() + 1));
    if (!is_new) continue;
    least_ = entry->second;
    if (sequence.size() == 1) letters_ += entry->second;
  }
}

double LetterModel::frequency(std::u32string_view sequence) const {
  const auto found = frequencies_.find(sequence);
  return found == frequencies_.end() ? 0 : found->second;
}

double LetterModel::probability(std::u32string_view before, char32_t letter) const {
  constexpr double kBackoff = 0.4;
  constexpr double kUnseen = 0.3;  // of the least frequent
  double factor = 1;
  std::u32string sequence(before);
  sequence += letter;
  for (std::u32string_view rest(sequence); rest.size() > 1; rest.remove_prefix(1)) {
    const double condition = frequency(rest.substr(0, rest.size() - 1));
    if (const double both = frequency(rest); both > 0) return factor * std::min(1.0, both / std::max(condition, both));
    if (condition > 0) factor *= kBackoff;
  }
  const double alone = frequency(std::u32string_view(&letter, 1));
  return factor * (alone > 0 ? alone : least_ * kUnseen) / letters_;
}

double LetterModel::log_probability(std::u32string_view word) const {
  std::u32string text{kEdge};
  text += word;
  text += kEdge;
  double sum = 0;
  for (std::size_t i = 1; i < text.size(); ++i) {
    const std::size_t begin = i < kLongest ? 0 : i + 1 - kLongest;
    sum += std::log(probability(std::u32string_view(text).substr(begin, i - begin), text[i]));
  }
  return sum;
}

std::vector<std::u32string> letter_words(std::string_view text) {
  std::vector<std::u32string> words(1);
  for_each_character(text, [&](UChar32 c) {
    if (u_isalpha(c) || (!words.back().empty() && (U_GET_GC_MASK(c) & U_GC_M_MASK) != 0))
      words.back() += static_cast<char32_t>(u_tolower(c));
    else if (!words.back().empty())
      words.emplace_back();
  });
  if (words.back().empty()) words.pop_back();
  return words;
}

}  // namespace dragoman
