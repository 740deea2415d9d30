#include "app/corpus/corpus_report.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

using Json = nlohmann::ordered_json;

// Of the letters, what is worth a word.
constexpr double kLeastShareOfScript = 0.001;
constexpr std::size_t kMostScripts = 5;

double percent(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

// The scripts of a side, the most frequent first, with their shares of the letters.
std::vector<std::pair<std::string, double>> shares_of_scripts(const SideStatistics& side) {
  std::vector<std::pair<std::string, double>> shares;
  for (const auto& [script, letters] : side.scripts)
    shares.emplace_back(script_name(script), percent(letters, side.letters));
  std::ranges::sort(shares, [](const auto& one, const auto& other) { return one.second > other.second; });
  std::erase_if(shares, [](const auto& one) { return one.second < 100 * kLeastShareOfScript; });
  shares.resize(std::min(shares.size(), kMostScripts));
  return shares;
}

std::string format_scripts(const SideStatistics& side) {
  std::vector<std::string> texts;
  for (const auto& [name, share] : shares_of_scripts(side)) texts.push_back(fmt::format("{} {:.1f} %", name, share));
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::string format_rules(const CleaningReport& report) {
  std::string text = fmt::format("\n{:<14}{:>12}{:>9}  such as pair\n", "broken rule", "pairs", "share");
  for (const auto& [rule, count] : report.rules) {
    text += fmt::format("{:<14}{:>12}{:>7.2f} %  {}\n", to_string(rule), count.pairs,
                        percent(count.pairs, report.before.pairs()), fmt::join(count.first, ", "));
  }
  return text;
}

std::string format_sides(const CleaningReport& report) {
  using Value = std::string (*)(const SideStatistics&);
  static constexpr std::array<std::pair<const char*, Value>, 7> kRows = {{
      {"words", [](const SideStatistics& side) { return fmt::format("{}", side.words.sum()); }},
      {"words a line", [](const SideStatistics& side) { return fmt::format("{:.1f}", side.words.mean()); }},
      {"half of them", [](const SideStatistics& side) { return fmt::format("<= {}", side.words.quantile(0.5)); }},
      {"95 %", [](const SideStatistics& side) { return fmt::format("<= {}", side.words.quantile(0.95)); }},
      {"99 %", [](const SideStatistics& side) { return fmt::format("<= {}", side.words.quantile(0.99)); }},
      {"longest", [](const SideStatistics& side) { return fmt::format("{}", side.words.longest()); }},
      {"characters", [](const SideStatistics& side) { return fmt::format("{}", side.characters); }},
  }};
  std::string text =
      fmt::format("\n{:<14}{:>15}{:>15}{:>15}{:>15}\n", "", "source", "target", "source kept", "target kept");
  for (const auto& [name, value] : kRows) {
    text += fmt::format("{:<14}{:>15}{:>15}{:>15}{:>15}\n", name, value(report.before.source),
                        value(report.before.target), value(report.after.source), value(report.after.target));
  }
  return text + fmt::format("scripts       source: {}; target: {}\n", format_scripts(report.before.source),
                            format_scripts(report.before.target));
}

Json json_of_side(const SideStatistics& side) {
  Json scripts = Json::object();
  for (const auto& [name, share] : shares_of_scripts(side)) scripts[name] = share / 100;
  const LengthCounts& words = side.words;
  return {{"words", words.sum()},
          {"words_a_line", words.mean()},
          {"median", words.quantile(0.5)},
          {"quantile_95", words.quantile(0.95)},
          {"quantile_99", words.quantile(0.99)},
          {"longest", words.longest()},
          {"characters", side.characters},
          {"letters", side.letters},
          {"scripts", std::move(scripts)}};
}

Json json_of_statistics(const CorpusStatistics& statistics) {
  return {{"pairs", statistics.pairs()},
          {"source", json_of_side(statistics.source)},
          {"target", json_of_side(statistics.target)}};
}

}  // namespace

std::string format_report(const CleaningReport& report) {
  const std::int64_t before = report.before.pairs(), after = report.after.pairs();
  std::string text = fmt::format("{} pairs, {} to keep ({:.2f} %)\n", before, after, percent(after, before));
  if (!report.rules.empty()) text += format_rules(report);
  return text + format_sides(report);
}

std::string json_report(const CleaningReport& report) {
  Json rules = Json::object();
  for (const auto& [rule, count] : report.rules)
    rules[std::string(to_string(rule))] = {{"pairs", count.pairs}, {"first", count.first}};
  const Json json = {{"before", json_of_statistics(report.before)},
                     {"after", json_of_statistics(report.after)},
                     {"rules", std::move(rules)},
                     {"held_out_lines", report.held_out_lines}};
  return json.dump() + "\n";
}

}  // namespace dragoman
