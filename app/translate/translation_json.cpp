#include "app/translate/translation_json.h"

#include <fmt/format.h>
#include <utility>
#include <vector>

namespace dragoman {

using Json = nlohmann::ordered_json;

namespace {

// The shortest text that is the same float again, rather than the digits of a double.
double shortest(float value) {
  return std::stod(fmt::format("{}", value));
}

Json pairs_of(const WordLinks& links) {
  Json pairs = Json::array();
  for (const WordLink& link : links) pairs.push_back({link.source, link.target});
  return pairs;
}

Json terms_of(const Translation& translation) {
  Json terms = Json::array();
  for (std::size_t i = 0; i < translation.terms.size(); ++i) {
    const auto& [range, source, forms] = translation.terms[i];
    terms.push_back({{"source", source}, {"forms", forms}, {"found", static_cast<bool>(translation.terms_found[i])}});
  }
  return terms;
}

Json words_of(const Translation::Output& output, const QualityCurves& quality, const Tokenizer& target) {
  Json words = Json::array();
  for (const ProbableWord& word : words_of(output, target))
    words.push_back({{"text", word.text}, {"quality", quality.words(word.log_prob)}});
  return words;
}

}  // namespace

Json json_of_output(const Translation::Output& output, const Tokenizer& target) {
  Json pieces = Json::array(), log_probs = Json::array();
  for (const auto& [id, log_prob] : output.tokens) {
    pieces.push_back(target.piece(id));
    log_probs.push_back(shortest(log_prob));
  }
  return {{"text", output.text},
          {"score", output.score},
          {"log_prob", output.log_prob},
          {"tokens", std::move(pieces)},
          {"token_log_probs", std::move(log_probs)}};
}

Json json_of_line(const TranslationExtras& extras, std::int64_t number, const std::string& source,
                  const Translation& translation, const Tokenizer& target) {
  Json outputs = Json::array();
  for (const Translation::Output& output : translation.outputs) {
    outputs.push_back(json_of_output(output, target));
    outputs.back()["complete"] = output.complete;
    if (extras.alignment) outputs.back()["alignment"] = pairs_of(output.alignment);
    if (extras.quality && !output.tokens.empty()) {
      outputs.back()["quality"] = extras.quality->lines(mean_log_prob(output));
      outputs.back()["words"] = words_of(output, *extras.quality, target);
    }
  }
  Json line{{"line", number}, {"source", source}};
  if (!translation.between.empty()) line["via"] = translation.between;
  if (!translation.terms.empty()) line["terms"] = terms_of(translation);
  if (translation.redone) line["redone"] = true;
  if (translation.unknown_characters > 0) line["unknown_characters"] = translation.unknown_characters;
  line["translations"] = std::move(outputs);
  return line;
}

}  // namespace dragoman
