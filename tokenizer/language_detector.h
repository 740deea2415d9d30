#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

struct DetectedLanguage {
  std::string language;   ///< one of the codes that were given
  double confidence = 0;  ///< 0 to 100: about how often of 100 it is right

  bool operator==(const DetectedLanguage&) const = default;
};

/// Tells languages apart: by CLD2, asked for each language with a hint for it, and by the frequencies of letters
/// (LetterModel), which also decide where CLD2 knows none of the languages or nothing of the text. What it reaches:
/// docs/language_detection.md. One may be used by several threads at once.
class LanguageDetector {
 public:
  /// `codes`, as models spell them: the languages that are told apart; all that are known if there are none. Of codes
  /// of one language that differ in nothing that can be seen (en, eng_Latn, en-GB) the first is the answer; scripts
  /// are told apart (zh-Hans, zh-Hant). Codes of languages that are not known are never the answer.
  explicit LanguageDetector(const std::vector<std::string>& codes);
  ~LanguageDetector();
  LanguageDetector(LanguageDetector&&) noexcept;
  LanguageDetector& operator=(LanguageDetector&&) noexcept;

  /// In which of the languages `text` (UTF-8, of which 1,000 bytes from the first letter on are looked at) can be, the
  /// likeliest first, and at least 1 % likely unless it is the first. Their confidences are together below 100 as far
  /// as it seems to be in a language that is none of them. Empty where nothing can be said: there are no letters, or
  /// none that any of the languages writes.
  std::vector<DetectedLanguage> detect(std::string_view text) const;

 private:
  struct Candidate;
  std::vector<Candidate> candidates_;
};

}  // namespace dragoman
