#include "training/curves_page.h"

#include "base/atomic_file.h"
#include "training/curves_html.h"

#include <cstddef>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

namespace dragoman {
namespace {

constexpr std::size_t kMostTrainingEntries = 2000;

}  // namespace

void write_curves_page(const std::filesystem::path& page, const std::filesystem::path& log) {
  std::istringstream lines(read_file(log));
  std::vector<nlohmann::ordered_json> entries;
  std::size_t training = 0;
  for (std::string line; std::getline(lines, line);) {
    auto entry = nlohmann::ordered_json::parse(line, nullptr, false);
    if (!entry.is_object()) continue;
    training += entry["event"] == "train" ? 1 : 0;
    entries.push_back(std::move(entry));
  }
  auto drawn = nlohmann::ordered_json::array();
  std::size_t number = 0;
  for (auto& entry : entries) {
    const bool is_training = entry["event"] == "train";
    number += is_training ? 1 : 0;
    const bool spaced = training <= kMostTrainingEntries ||
                        number * kMostTrainingEntries / training != (number - 1) * kMostTrainingEntries / training;
    if (!is_training || spaced) drawn.push_back(std::move(entry));
  }
  constexpr std::string_view kPlace = "@ENTRIES@";
  std::string html(kCurvesHtml);
  html.replace(html.find(kPlace), kPlace.size(), drawn.dump());
  write_file_atomically(page, html);
}

}  // namespace dragoman
