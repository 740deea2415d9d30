#include "app/translate/translate_format.h"

#include "app/translate/translation_json.h"
#include "decoding/text/nbest_format.h"

#include <fmt/format.h>
#include <limits>
#include <vector>

namespace dragoman {
namespace {

// Not a number for a line that no model has translated.
std::vector<double> qualities_of(const Translation& translation, const QualityCurves& quality) {
  std::vector<double> values;
  for (const Translation::Output& output : translation.outputs) {
    values.push_back(output.tokens.empty() ? std::numeric_limits<double>::quiet_NaN()
                                           : quality.lines(mean_log_prob(output)));
  }
  return values;
}

}  // namespace

std::string format_translation(TranslationFormat format, const TranslationExtras& extras, std::int64_t number,
                               const std::string& source, const Translation& translation, const Tokenizer& target) {
  if (format == TranslationFormat::nbest) {
    const std::vector<double> qualities =
        extras.quality ? qualities_of(translation, *extras.quality) : std::vector<double>();
    return nbest_lines(number - 1, translation, extras.alignment, qualities);
  }
  if (format == TranslationFormat::json) return json_of_line(extras, number, source, translation, target).dump() + "\n";
  const Translation::Output& best = translation.outputs.front();
  std::string line = best.text;
  if (extras.alignment) line += " ||| " + format_pharaoh(best.alignment);
  if (extras.scores) line += fmt::format("\t{:.6f}", best.score);
  return line + "\n";
}

std::string format_score(bool json, std::int64_t number, const std::string* source, const Translation::Output& output,
                         const Tokenizer& target) {
  if (!json) return fmt::format("{:.6f}\n", output.score);
  nlohmann::ordered_json line{{"line", number}};
  if (source) line["source"] = *source;
  line.update(json_of_output(output, target));
  return line.dump() + "\n";
}

}  // namespace dragoman
