#include "app/corpus/corpus_report.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
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

using SideValue = std::string (*)(const SideStatistics&);
using SideRow = std::pair<const char*, SideValue>;

std::string format_rows(const CleaningReport& report, std::span<const SideRow> rows) {
  std::string text;
  for (const auto& [name, value] : rows) {
    text += fmt::format("{:<14}{:>15}{:>15}{:>15}{:>15}\n", name, value(report.before.source),
                        value(report.before.target), value(report.after.source), value(report.after.target));
  }
  return text;
}

// Of a side that may have no line.
PieceCounts counts_of(const SideStatistics& side) {
  return side.pieces.value_or(PieceCounts{});
}

double pieces_a_word(const SideStatistics& side) {
  const std::int64_t words = side.words.sum();
  return words == 0 ? 0 : static_cast<double>(counts_of(side).pieces) / static_cast<double>(words);
}

std::string format_pieces(const CleaningReport& report) {
  static constexpr std::array<SideRow, 4> kRows = {{
      {"pieces", [](const SideStatistics& side) { return fmt::format("{}", counts_of(side).pieces); }},
      {"pieces a word", [](const SideStatistics& side) { return fmt::format("{:.2f}", pieces_a_word(side)); }},
      {"unknown pieces",
       [](const SideStatistics& side) {
         return fmt::format("{:.3f} %", percent(counts_of(side).unknown, counts_of(side).pieces));
       }},
      {"lines with any",
       [](const SideStatistics& side) {
         return fmt::format("{:.3f} %", percent(counts_of(side).lines_with_unknown, side.words.lines()));
       }},
  }};
  return format_rows(report, kRows);
}

std::string format_sides(const CleaningReport& report) {
  static constexpr std::array<SideRow, 7> kRows = {{
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
  text += format_rows(report, kRows);
  if (report.before.source.pieces) text += format_pieces(report);
  return text + fmt::format("scripts       source: {}; target: {}\n", format_scripts(report.before.source),
                            format_scripts(report.before.target));
}

std::string format_held_out(const std::vector<HeldOutOverlap>& files) {
  std::string text = fmt::format("\n{:<14}{:>12}{:>9}{:>12}{:>12}{:>12}  of\n", "held-out lines", "in corpus", "share",
                                 "sources", "targets", "pairs");
  for (const HeldOutOverlap& of : files) {
    text += fmt::format("{:<14}{:>12}{:>7.2f} %{:>12}{:>12}{:>12}  {}\n", of.lines, of.lines_in_corpus,
                        percent(of.lines_in_corpus, of.lines), of.sources, of.targets, of.pairs, of.file);
  }
  return text;
}

Json json_of_held_out(const std::vector<HeldOutOverlap>& files) {
  Json list = Json::array();
  for (const HeldOutOverlap& of : files) {
    list.push_back({{"file", of.file},
                    {"lines", of.lines},
                    {"lines_in_corpus", of.lines_in_corpus},
                    {"sources", of.sources},
                    {"targets", of.targets},
                    {"pairs", of.pairs}});
  }
  return list;
}

Json json_of_side(const SideStatistics& side, bool has_pieces) {
  Json scripts = Json::object();
  for (const auto& [name, share] : shares_of_scripts(side)) scripts[name] = share / 100;
  const LengthCounts& words = side.words;
  Json json = {{"words", words.sum()},
               {"words_a_line", words.mean()},
               {"median", words.quantile(0.5)},
               {"quantile_95", words.quantile(0.95)},
               {"quantile_99", words.quantile(0.99)},
               {"longest", words.longest()},
               {"characters", side.characters},
               {"letters", side.letters},
               {"scripts", std::move(scripts)}};
  if (has_pieces) {
    const PieceCounts counts = counts_of(side);
    json["pieces"] = counts.pieces;
    json["pieces_a_word"] = pieces_a_word(side);
    json["unknown_pieces"] = counts.unknown;
    json["lines_with_unknown"] = counts.lines_with_unknown;
  }
  return json;
}

Json json_of_statistics(const CorpusStatistics& statistics, bool has_pieces) {
  return {{"pairs", statistics.pairs()},
          {"source", json_of_side(statistics.source, has_pieces)},
          {"target", json_of_side(statistics.target, has_pieces)}};
}

}  // namespace

std::string format_report(const CleaningReport& report) {
  const std::int64_t before = report.before.pairs(), after = report.after.pairs();
  std::string text = fmt::format("{} pairs, {} to keep ({:.2f} %)\n", before, after, percent(after, before));
  if (!report.rules.empty()) text += format_rules(report);
  if (!report.held_out.empty()) text += format_held_out(report.held_out);
  return text + format_sides(report);
}

std::string json_report(const CleaningReport& report) {
  Json rules = Json::object();
  for (const auto& [rule, count] : report.rules)
    rules[std::string(to_string(rule))] = {{"pairs", count.pairs}, {"first", count.first}};
  const bool has_pieces = report.before.source.pieces.has_value();
  const Json json = {{"before", json_of_statistics(report.before, has_pieces)},
                     {"after", json_of_statistics(report.after, has_pieces)},
                     {"rules", std::move(rules)},
                     {"held_out", json_of_held_out(report.held_out)}};
  // A file may have any name.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace dragoman
