#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace dragoman {

/// How likely letters follow one another in the words of a language, by a list of its most frequent sequences of up to
/// five letters. Of a sequence only its place in the list is known: its frequency is taken to be
/// (place + 1.5)^-0.9, as it is, to a tenth, in those lists of libexttextcat that have counts.
class LetterModel {
 public:
  /// `list`: the sequences (UTF-8), the most frequent first, one a line, with '_' for the beginning and the end of a
  /// word; what stands behind a tab is not read.
  explicit LetterModel(std::string_view list);

  /// The natural logarithm of the probability of a word in lower case: that of each letter, and of the end, given up to
  /// four before it, or where these are not in the list 0.4 times that given one fewer ("stupid backoff", Brants et al.
  /// 2007).
  double log_probability(std::u32string_view word) const;

  /// Whether the list has the letter by itself.
  bool has(char32_t letter) const { return frequency(std::u32string_view(&letter, 1)) > 0; }

 private:
  struct Hash : std::hash<std::u32string_view> {
    using is_transparent = void;
  };

  double frequency(std::u32string_view sequence) const;
  double probability(std::u32string_view before, char32_t letter) const;

  std::unordered_map<std::u32string, double, Hash, std::equal_to<>> frequencies_;
  double letters_ = 0;  // the sum of those of single letters
  double least_ = 1;
};

/// The words of `text` (UTF-8) in lower case: letters and marks that follow one another.
std::vector<std::u32string> letter_words(std::string_view text);

}  // namespace dragoman
