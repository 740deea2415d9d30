#pragma once

#include <span>
#include <string>
#include <string_view>
#include <unordered_set>

namespace dragoman {

/// The words of a language that are written with a full stop which ends no sentence.
class Abbreviations {
 public:
  /// language: as language_code() returns it, region and script do not count; empty: any language.
  explicit Abbreviations(std::string_view language);

  /// Whether the full stop behind `word` (which is without it) belongs to an abbreviation. Case counts, but for the
  /// first letter of what is written small: it may begin a sentence.
  bool has(const std::string& word) const { return is_in(always_, word); }

  /// The same where a number follows: "No. 5", "S. 12", "Jan. 1".
  bool has_before_number(const std::string& word) const { return is_in(before_number_, word); }

  /// Whether numbers with a full stop are ordinals: "am 3. Oktober". Where no language is known they may be.
  bool has_ordinals() const { return has_ordinals_; }

  /// The same of Roman numbers: "Ludwig XIV. von". Only where the language is known: "World War II. Then" is no
  /// ordinal.
  bool has_roman_ordinals() const { return has_ordinals_ && is_known_; }

 private:
  using Words = std::unordered_set<std::string_view>;
  static bool is_in(const Words& words, const std::string& word);

  Words always_, before_number_;
  bool is_known_, has_ordinals_;
};

}  // namespace dragoman
