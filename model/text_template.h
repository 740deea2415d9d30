#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace dragoman {

/// A language that a multilingual model knows.
struct Language {
  std::string code;    ///< as the model spells it: "de", "deu_Latn", "de_DE"
  std::int32_t token;  ///< the id of the token that stands for it, on both sides

  bool operator==(const Language&) const = default;
};

/// What a model wants to stand around a text on each side, besides the start token that the target begins with and the
/// end that it is closed by: tokens, by their ids, or one of the places below.
struct TextTemplate {
  static constexpr std::int32_t kSourceLang = -1;  ///< here stands the token of the source's language
  static constexpr std::int32_t kTargetLang = -2;  ///< here stands the token of the target's language
  static constexpr std::int32_t kEnd = -3;         ///< here stands the end of a sentence

  std::vector<std::int32_t> source_before;
  std::vector<std::int32_t> source_behind = {kEnd};
  std::vector<std::int32_t> target_before;  ///< behind the start token; a search does not choose them

  std::vector<Language> languages;  ///< what the first two places can be
  /// A place whose language is not given stays empty, and what stands beside it but for an end: lines may begin with
  /// its token.
  bool languages_optional = false;

  bool has(std::int32_t place) const;

  bool operator==(const TextTemplate&) const = default;
};

}  // namespace dragoman
