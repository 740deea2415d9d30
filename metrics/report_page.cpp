#include "metrics/report_page.h"

#include "base/markup.h"
#include "metrics/report_html.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

namespace dragoman {
namespace {

using Json = nlohmann::ordered_json;

std::vector<std::string> names_of(std::span<const SystemReport> systems) {
  std::vector<std::string> names;
  for (const SystemReport& system : systems) names.push_back(system.name);
  return names;
}

std::vector<std::string> metric_names_of(std::span<const SystemReport> systems) {
  std::vector<std::string> names;
  for (const ScoreReport& report : systems.front().scores) names.push_back(report.name);
  return names;
}

Json metrics_json(const ReportPage& page) {
  Json metrics = Json::array();
  const std::vector<ScoreReport>& reports = page.systems.front().scores;
  for (std::size_t m = 0; m < reports.size(); ++m) {
    metrics.push_back({{"name", reports[m].name},
                       {"signature", reports[m].signature.text()},
                       {"lower_is_better", static_cast<bool>(page.lower_is_better[m])}});
  }
  return metrics;
}

Json scores_json(std::span<const SystemReport> systems) {
  Json all = Json::array();
  for (const SystemReport& system : systems) {
    Json scores = Json::array();
    for (std::size_t m = 0; m < system.scores.size(); ++m) {
      const ScoreReport& report = system.scores[m];
      const auto or_null = [](bool exists, double value) { return exists ? Json(value) : Json(); };
      scores.push_back({{"score", report.score},
                        {"mean", or_null(report.interval.has_value(), report.interval.value_or(Interval{}).mean)},
                        {"ci", or_null(report.interval.has_value(), report.interval.value_or(Interval{}).half_width)},
                        {"p_value", or_null(report.p_value.has_value(), report.p_value.value_or(0))},
                        {"significant", is_significant(report, systems.front().scores[m])}});
    }
    all.push_back(std::move(scores));
  }
  return all;
}

double rounded(double value, int width) {
  const double scale = std::pow(10, width);
  return std::round(value * scale) / scale;
}

Json line_json(const ScoredSentences& sentences, std::size_t i, int width) {
  Json references = Json::array(), hypotheses = Json::array(), scores = Json::array();
  for (const auto& stream : sentences.references) references.push_back(stream[i]);
  for (const auto* system : sentences.hypotheses) hypotheses.push_back((*system)[i]);
  for (const auto& system : sentences.scores) {
    scores.push_back(Json::array());
    for (const auto& metric : system) scores.back().push_back(rounded(metric[i], width));
  }
  return {{"source", sentences.sources.empty() ? Json() : Json(sentences.sources[i])},
          {"references", std::move(references)},
          {"hypotheses", std::move(hypotheses)},
          {"scores", std::move(scores)}};
}

}  // namespace

std::string format_report_page(const ReportPage& page) {
  const std::vector<std::string> systems = names_of(page.systems);
  Json lines = Json::array();
  for (std::size_t i = 0; i < page.sentences.references.front().size(); ++i)
    lines.push_back(line_json(page.sentences, i, page.width));
  const Json data = {{"systems", systems},
                     {"metrics", metrics_json(page)},
                     {"scores", scores_json(page.systems)},
                     {"test", page.test},
                     {"width", page.width},
                     {"breakdown", to_json(page.breakdown, systems, metric_names_of(page.systems))},
                     {"lines", std::move(lines)}};
  constexpr std::string_view kPlace = "@DATA@";
  const std::size_t place = kReportHtml.find(kPlace);
  std::string html(kReportHtml.substr(0, place));
  html += json_in_script(data.dump());
  html += kReportHtml.substr(place + kPlace.size());
  return html;
}

}  // namespace dragoman
