#include "tokenizer/language_detector.h"

#include "base/utf8.h"
#include "tokenizer/language_code.h"
#include "tokenizer/letter_lists.h"
#include "tokenizer/letter_model.h"

#include <algorithm>
#include <cld2/public/compact_lang_det.h>
#include <cld2/public/encodings.h>
#include <cmath>
#include <cstdint>
#include <cstdio>  // CLD2's header lacks it
#include <limits>
#include <map>
#include <optional>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

namespace dragoman {

struct LanguageDetector::Candidate {
  std::string code;
  std::vector<CLD2::Language> known_as;
  std::vector<LetterModel> letters;  // of each script
};

namespace {

constexpr std::size_t kLongestSample = 1000;  // bytes: a sentence is enough, and each language has its price
constexpr double kHint = 8;                   // what CLD2 adds to the score of the language of its hint
constexpr double kHintedWeight = 2;           // of CLD2's scores beside logarithms of probabilities
constexpr double kTemperature = 3;            // evidence overlaps: at 1 confidences would be far too high

// The part from the first letter on that is looked at.
std::string_view sample_of(std::string_view text) {
  text = text.substr(0, find_invalid_utf8(text).value_or(text.size()));
  std::size_t begin = 0;
  while (begin < text.size()) {
    std::size_t next = begin;
    UChar32 c;
    U8_NEXT(text.data(), next, text.size(), c);
    if (u_isalpha(c)) break;
    begin = next;
  }
  text.remove_prefix(begin);
  std::size_t size = std::min(text.size(), kLongestSample);
  U8_TRUNCATE_IF_INCOMPLETE(text.data(), 0, size);
  return text.substr(0, size);
}

struct CldScores {
  CLD2::Language language[3] = {};
  double score[3] = {};  // base-three logarithms, about, of how much likelier the text is in the language than in any
  bool is_reliable = false;

  std::optional<double> of(CLD2::Language which) const {
    for (int i = 0; i < 3; ++i) {
      if (language[i] == which) return score[i];
    }
    return std::nullopt;
  }
};

CldScores ask_cld(std::string_view text, CLD2::Language hint, int flags) {
  const CLD2::CLDHints hints{nullptr, nullptr, CLD2::UNKNOWN_ENCODING, hint};
  CldScores scores;
  int percent[3], bytes = 0, valid_bytes = 0;
  double by_kilobyte[3];
  CLD2::ExtDetectLanguageSummaryCheckUTF8(text.data(), static_cast<int>(text.size()), true, &hints, flags,
                                          scores.language, percent, by_kilobyte, nullptr, &bytes, &scores.is_reliable,
                                          &valid_bytes);
  for (int i = 0; i < 3; ++i) scores.score[i] = by_kilobyte[i] * bytes * percent[i] / 100 / 1024;
  return scores;
}

std::vector<CLD2::Language> cld_languages(const std::string& language, std::string_view script) {
  static const std::map<std::string, const char*> kOtherNames = {
      {"he", "iw"}, {"jv", "jw"}, {"nb", "no"}, {"fil", "tl"}};
  if (language == "zh" && script == "Hant") return {CLD2::CHINESE_T};
  if (language == "zh" && script.empty()) return {CLD2::CHINESE, CLD2::CHINESE_T};
  const auto other = kOtherNames.find(language);
  const auto found = CLD2::GetLanguageFromName(other == kOtherNames.end() ? language.c_str() : other->second);
  return found == CLD2::UNKNOWN_LANGUAGE ? std::vector<CLD2::Language>{} : std::vector{found};
}

std::vector<LetterModel> letter_models(const std::string& language, std::string_view script) {
  std::vector<LetterModel> models;
  for (const LetterList& list : kLetterLists) {
    if (language_alone(list.language) == language && (script.empty() || language_script(list.language) == script))
      models.emplace_back(list.list);
  }
  return models;
}

struct Evidence {
  bool possible = false;  // rather than that the text has no letter of the language
  double letters = -std::numeric_limits<double>::infinity();
  std::optional<double> hinted;
};

Evidence evidence_for(const std::vector<CLD2::Language>& known_as, const std::vector<LetterModel>& models,
                      std::string_view text, const std::vector<std::u32string>& words) {
  Evidence evidence;
  for (const CLD2::Language language : known_as) {
    const auto score = ask_cld(text, language, CLD2::kCLDFlagBestEffort).of(language);
    if (score && score > evidence.hinted) evidence.hinted = score;
  }
  evidence.possible = evidence.hinted > kHint + 1;
  for (const LetterModel& model : models) {
    double sum = 0;
    for (const std::u32string& word : words) {
      sum += model.log_probability(word);
      evidence.possible =
          evidence.possible || std::ranges::any_of(word, [&](char32_t letter) { return model.has(letter); });
    }
    evidence.letters = std::max(evidence.letters, sum);
  }
  return evidence;
}

// Where CLD2 or the letters say nothing of a language, it is taken for less likely than those of which they do.
std::vector<double> scores_of(const std::vector<Evidence>& all) {
  constexpr double kMissing = 4;
  double least_hinted = std::numeric_limits<double>::infinity(), least_letters = least_hinted;
  for (const Evidence& evidence : all) {
    least_hinted = std::min(least_hinted, evidence.hinted.value_or(least_hinted));
    if (std::isfinite(evidence.letters)) least_letters = std::min(least_letters, evidence.letters);
  }
  std::vector<double> scores;
  for (const Evidence& evidence : all) {
    const double hinted = std::isfinite(least_hinted) ? evidence.hinted.value_or(least_hinted - kMissing) : 0;
    const double letters = std::isfinite(evidence.letters) ? evidence.letters
                           : std::isfinite(least_letters)  ? least_letters
                                                           : 0;
    scores.push_back(letters + kHintedWeight * hinted);
  }
  return scores;
}

}  // namespace

LanguageDetector::LanguageDetector(const std::vector<std::string>& codes) {
  std::vector<std::string> wanted = codes;
  if (codes.empty()) {
    for (const LetterList& list : kLetterLists) wanted.emplace_back(list.language);
  }
  std::map<std::string, std::vector<std::string>> scripts;  // by language
  for (const std::string& code : wanted) {
    auto& those = scripts[language_alone(code)];
    if (std::ranges::find(those, language_script(code)) == those.end()) those.push_back(language_script(code));
  }
  for (const std::string& code : wanted) {
    const std::string language = language_alone(code);
    const bool has_several = scripts[language].size() > 1;
    const std::string script = has_several ? language_script(code) : "";
    const bool is_there = std::ranges::any_of(candidates_, [&](const Candidate& other) {
      return language_alone(other.code) == language && (!has_several || language_script(other.code) == script);
    });
    if (language.empty() || is_there) continue;
    Candidate candidate{code, cld_languages(language, script), letter_models(language, script)};
    if (!candidate.known_as.empty() || !candidate.letters.empty()) candidates_.push_back(std::move(candidate));
  }
}

LanguageDetector::~LanguageDetector() = default;
LanguageDetector::LanguageDetector(LanguageDetector&&) noexcept = default;
LanguageDetector& LanguageDetector::operator=(LanguageDetector&&) noexcept = default;

std::vector<DetectedLanguage> LanguageDetector::detect(std::string_view text) const {
  constexpr double kLeast = 1;  // per cent
  text = sample_of(text);
  const std::vector<std::u32string> words = letter_words(text);
  std::vector<const Candidate*> possible;
  std::vector<Evidence> evidence;
  for (const Candidate& candidate : candidates_) {
    const Evidence found = evidence_for(candidate.known_as, candidate.letters, text, words);
    if (!found.possible) continue;
    possible.push_back(&candidate);
    evidence.push_back(found);
  }
  if (possible.empty()) return {};
  // A language that is no candidate takes what confidence it can, so long as CLD2 is sure of it.
  const CldScores unhinted = ask_cld(text, CLD2::UNKNOWN_LANGUAGE, 0);
  const bool is_candidate = std::ranges::any_of(candidates_, [&](const Candidate& candidate) {
    return std::ranges::find(candidate.known_as, unhinted.language[0]) != candidate.known_as.end();
  });
  if (unhinted.is_reliable && unhinted.language[0] != CLD2::UNKNOWN_LANGUAGE && !is_candidate)
    evidence.push_back({true, std::ranges::max(evidence, {}, &Evidence::letters).letters, unhinted.score[0] + kHint});

  const std::vector<double> scores = scores_of(evidence);
  const double best = std::ranges::max(scores);
  double sum = 0;
  for (const double score : scores) sum += std::exp((score - best) / kTemperature);
  std::vector<DetectedLanguage> languages;
  for (std::size_t i = 0; i < possible.size(); ++i)
    languages.push_back({possible[i]->code, 100 * std::exp((scores[i] - best) / kTemperature) / sum});
  std::ranges::stable_sort(languages, std::greater(), &DetectedLanguage::confidence);
  const auto unlikely = std::ranges::find_if(languages.begin() + 1, languages.end(),
                                             [](const auto& language) { return language.confidence < kLeast; });
  languages.erase(unlikely, languages.end());
  return languages;
}

}  // namespace dragoman
