#include "app/translate/translate_format.h"

#include "decoding/text/nbest_format.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <utility>

namespace dragoman {
namespace {

using Json = nlohmann::ordered_json;

// The shortest text that is the same float again, rather than the digits of a double.
double shortest(float value) {
  return std::stod(fmt::format("{}", value));
}

Json json_of(const Translation::Output& output, const Tokenizer& target) {
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

Json pairs_of(const WordLinks& links) {
  Json pairs = Json::array();
  for (const WordLink& link : links) pairs.push_back({link.source, link.target});
  return pairs;
}

std::string json_line(bool alignment, std::int64_t number, const std::string& source, const Translation& translation,
                      const Tokenizer& target) {
  Json outputs = Json::array();
  for (const Translation::Output& output : translation.outputs) {
    outputs.push_back(json_of(output, target));
    outputs.back()["complete"] = output.complete;
    if (alignment) outputs.back()["alignment"] = pairs_of(output.alignment);
  }
  Json line{{"line", number}, {"source", source}};
  if (!translation.between.empty()) line["via"] = translation.between;
  if (translation.unknown_characters > 0) line["unknown_characters"] = translation.unknown_characters;
  line["translations"] = std::move(outputs);
  return line.dump() + "\n";
}

}  // namespace

std::string format_translation(TranslationFormat format, TranslationExtras extras, std::int64_t number,
                               const std::string& source, const Translation& translation, const Tokenizer& target) {
  if (format == TranslationFormat::nbest) return nbest_lines(number - 1, translation, extras.alignment);
  if (format == TranslationFormat::json) return json_line(extras.alignment, number, source, translation, target);
  const Translation::Output& best = translation.outputs.front();
  std::string line = best.text;
  if (extras.alignment) line += " ||| " + format_pharaoh(best.alignment);
  if (extras.scores) line += fmt::format("\t{:.6f}", best.score);
  return line + "\n";
}

std::string format_score(bool json, std::int64_t number, const std::string& source, const Translation::Output& output,
                         const Tokenizer& target) {
  if (!json) return fmt::format("{:.6f}\n", output.score);
  Json line{{"line", number}, {"source", source}};
  line.update(json_of(output, target));
  return line.dump() + "\n";
}

}  // namespace dragoman
