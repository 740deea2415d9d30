#include "metrics/score_report.h"

#include <charconv>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace dragoman {
namespace {

std::string rounded(double score, int width) {
  if (width < 0 || width > 15) {
    throw std::invalid_argument(fmt::format("width is {}; a score is printed with 0 to 15 decimals", width));
  }
  return fmt::format("{:.{}f}", score, width);
}

// As a number of JSON: the shortest that is the same.
double rounded_number(double score, int width) {
  const std::string text = rounded(score, width);
  double number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

bool shows_interval(const ScoreReport& report) {
  return report.interval && report.interval->mean > 0;
}

std::string format_interval(const Interval& interval, int width) {
  return fmt::format("μ = {} ± {}", rounded(interval.mean, width), rounded(interval.half_width, width));
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

std::string format_score(const ScoreReport& report, int width) {
  std::string result = rounded(report.score, width);
  if (shows_interval(report)) result += fmt::format(" ({})", format_interval(*report.interval, width));
  return result;
}

std::string format_text(const ScoreReport& report, int width) {
  std::string result = fmt::format("{}|{} = {}", report.name, report.signature.text(), format_score(report, width));
  if (!report.details.empty()) result.append(" ").append(report.details);
  return result;
}

nlohmann::ordered_json to_json(const ScoreReport& report, int width) {
  nlohmann::ordered_json result;
  result["name"] = report.name;
  result["score"] = rounded_number(report.score, width);
  result["signature"] = report.signature.text();
  if (shows_interval(report)) {
    result["confidence_mean"] = rounded_number(report.interval->mean, width);
    result["confidence_var"] = rounded_number(report.interval->half_width, width);
    result["confidence"] = format_interval(*report.interval, width);
  }
  if (!report.details.empty()) result["verbose_score"] = report.details;
  for (const auto& [key, value] : report.signature.fields) result[key] = value;
  return result;
}

std::string format_json(const ScoreReport& report, int width) {
  return to_json(report, width).dump(1);
}

}  // namespace dragoman
