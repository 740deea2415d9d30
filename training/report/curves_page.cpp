#include "training/report/curves_page.h"

#include "base/atomic_file.h"
#include "base/json.h"
#include "training/report/curves_html.h"

#include <cstddef>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

namespace dragoman {
namespace {

constexpr std::size_t kMostTrainingEntries = 2000;

bool is_training(const nlohmann::ordered_json& entry) {
  const auto event = entry.find("event");
  return event != entry.end() && event->is_string() && event->get_ref<const std::string&>() == "train";
}

}  // namespace

void write_curves_page(const std::filesystem::path& page, const std::filesystem::path& log) {
  std::istringstream lines(read_file(log));
  std::vector<nlohmann::ordered_json> entries;
  std::size_t training = 0;
  for (std::string line; std::getline(lines, line);) {
    auto entry = parse_json(line);
    if (!entry || !entry->is_object()) continue;
    training += is_training(*entry) ? 1 : 0;
    entries.push_back(std::move(*entry));
  }
  auto drawn = nlohmann::ordered_json::array();
  std::size_t number = 0;
  for (auto& entry : entries) {
    const bool trains = is_training(entry);
    number += trains ? 1 : 0;
    const bool spaced = training <= kMostTrainingEntries ||
                        number * kMostTrainingEntries / training != (number - 1) * kMostTrainingEntries / training;
    if (!trains || spaced) drawn.push_back(std::move(entry));
  }
  constexpr std::string_view kPlace = "@ENTRIES@";
  std::string html(kCurvesHtml);
  html.replace(html.find(kPlace), kPlace.size(), drawn.dump());
  write_file_atomically(page, html);
}

}  // namespace dragoman
