#include "metrics/score_report.h"

#include <charconv>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace dragoman {
namespace {

std::string rounded_score(const ScoreReport& report, int width) {
  if (width < 0 || width > 15) {
    throw std::invalid_argument(fmt::format("width is {}; a score is printed with 0 to 15 decimals", width));
  }
  return fmt::format("{:.{}f}", report.score, width);
}

}  // namespace

std::string Signature::text() const {
  std::string result;
  for (const auto& [key, value] : fields) {
    if (!result.empty()) result += '|';
    result.append(key).append(":").append(value);
  }
  return result;
}

std::string signature_version() {
  return "dragoman-" DRAGOMAN_VERSION;
}

std::string signature_references(int references) {
  return references == kVaryingReferences ? "var" : fmt::to_string(references);
}

std::string format_text(const ScoreReport& report, int width) {
  std::string result = fmt::format("{}|{} = {}", report.name, report.signature.text(), rounded_score(report, width));
  if (!report.details.empty()) result.append(" ").append(report.details);
  return result;
}

nlohmann::ordered_json to_json(const ScoreReport& report, int width) {
  const std::string rounded = rounded_score(report, width);
  double score = 0;
  std::from_chars(rounded.data(), rounded.data() + rounded.size(), score);
  nlohmann::ordered_json result;
  result["name"] = report.name;
  result["score"] = score;
  result["signature"] = report.signature.text();
  if (!report.details.empty()) result["verbose_score"] = report.details;
  for (const auto& [key, value] : report.signature.fields) result[key] = value;
  return result;
}

std::string format_json(const ScoreReport& report, int width) {
  return to_json(report, width).dump(1);
}

}  // namespace dragoman
