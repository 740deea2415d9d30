#include "metrics/report_table.h"

#include "metrics/text_table.h"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <utility>

namespace dragoman {
namespace {

// What the columns of a table have in plain text and in LaTeX.
struct Notation {
  const char* interval_heading;
  const char* p_heading;
  const char* interval;  // of mean and half width
  const char* significant;
};

constexpr Notation kText = {"95 % interval", "p", "{:.{}f} ± {:.{}f}", "*"};
constexpr Notation kLatex = {"95\\,\\% interval", "$p$", "${:.{}f} \\pm {:.{}f}$", "$^*$"};

bool any_score(std::span<const SystemReport> systems, std::size_t metric, bool (*has)(const ScoreReport&)) {
  return std::ranges::any_of(systems, [&](const SystemReport& system) { return has(system.scores[metric]); });
}

bool has_interval(const ScoreReport& report) {
  return report.interval.has_value();
}

bool has_p_value(const ScoreReport& report) {
  return report.p_value.has_value();
}

// `names` in the notation of the table.
TextTable table_of(std::span<const SystemReport> systems, const std::vector<std::string>& names, int width,
                   const Notation& notation) {
  TextTable table = {{"System"}};
  for (const std::string& name : names) table.push_back({name});
  const std::vector<ScoreReport>& baseline = systems.front().scores;
  for (std::size_t m = 0; m < baseline.size(); ++m) {
    const bool intervals = any_score(systems, m, has_interval), p_values = any_score(systems, m, has_p_value);
    table[0].push_back(baseline[m].name);
    if (intervals) table[0].emplace_back(notation.interval_heading);
    if (p_values) table[0].emplace_back(notation.p_heading);
    for (std::size_t s = 0; s < systems.size(); ++s) {
      const ScoreReport& report = systems[s].scores[m];
      std::vector<std::string>& row = table[s + 1];
      row.push_back(fmt::format("{:.{}f}", report.score, width));
      if (intervals) {
        const Interval interval = report.interval.value_or(Interval{});
        row.push_back(fmt::format(fmt::runtime(notation.interval), interval.mean, width, interval.half_width, width));
      }
      if (!p_values) continue;
      const char* mark = is_significant(report, baseline[m]) ? notation.significant : "";
      row.push_back(report.p_value ? fmt::format("{:.4f}{}", *report.p_value, mark) : "");
    }
  }
  return table;
}

// Each with its newline.
std::vector<std::string> notes_of(std::span<const SystemReport> systems, const std::string& test) {
  std::vector<std::string> notes;
  if (!test.empty()) {
    notes.push_back(
        fmt::format("* differs from the baseline, {}, with p <= {} ({})\n", systems.front().name, kSignificant, test));
  }
  std::size_t longest = 0;
  for (const ScoreReport& report : systems.front().scores) longest = std::max(longest, report.name.size());
  for (const ScoreReport& report : systems.front().scores)
    notes.push_back(fmt::format("{:{}}  {}\n", report.name, longest, report.signature.text()));
  return notes;
}

}  // namespace

bool is_significant(const ScoreReport& report, const ScoreReport& baseline) {
  return report.p_value && *report.p_value <= kSignificant && report.score != baseline.score;
}

std::string format_score_table(std::span<const SystemReport> systems, int width, const std::string& test) {
  std::vector<std::string> names;
  for (const SystemReport& system : systems) names.push_back(system.name);
  std::string text = format_columns(table_of(systems, names, width, kText)) + "\n";
  for (const std::string& note : notes_of(systems, test)) text += note;
  return text;
}

std::string format_score_latex(std::span<const SystemReport> systems, int width, const std::string& test) {
  std::string text;
  for (const std::string& note : notes_of(systems, test)) text += "% " + note;
  std::vector<std::string> names;
  for (const SystemReport& system : systems) names.push_back(escape_latex(system.name));
  return text + format_tabular(table_of(systems, names, width, kLatex));
}

nlohmann::ordered_json score_table_json(std::span<const SystemReport> systems) {
  const auto number_or_null = [](bool exists, double value) {
    return exists ? nlohmann::ordered_json(value) : nlohmann::ordered_json();
  };
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const SystemReport& system : systems) {
    nlohmann::ordered_json entry = {{"system", system.name}};
    for (const ScoreReport& report : system.scores) {
      const Interval interval = report.interval.value_or(Interval{});
      entry[report.name] = {{"score", report.score},
                            {"p_value", number_or_null(has_p_value(report), report.p_value.value_or(0))},
                            {"mean", number_or_null(has_interval(report), interval.mean)},
                            {"ci", number_or_null(has_interval(report), interval.half_width)},
                            {"signature", report.signature.text()}};
    }
    all.push_back(std::move(entry));
  }
  return all;
}

}  // namespace dragoman
