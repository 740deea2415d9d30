#include "app/doctor/report.h"

#include "app/cli/size_text.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace dragoman {
namespace {

using Json = nlohmann::ordered_json;

std::string text_of(const Json& value) {
  if (value.is_null()) return "none";
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_array()) return value.dump();
  std::vector<std::string> items;
  for (const Json& item : value) items.push_back(text_of(item));
  return items.empty() ? "none" : fmt::format("{}", fmt::join(items, " "));
}

std::string key_of(std::string name) {
  std::ranges::replace(name, ' ', '_');
  return name;
}

std::string list_of(const char* heading, const std::vector<std::string>& items) {
  std::string text = fmt::format("\n{}\n", heading);
  if (items.empty()) text += "  none\n";
  for (const std::string& item : items) text += fmt::format("  {}\n", item);
  return text;
}

}  // namespace

void DoctorReport::section(std::string name) {
  sections_.push_back({std::move(name), {}});
}

void DoctorReport::fact(std::string name, Json value, std::string text) {
  if (text.empty()) text = text_of(value);
  sections_.back().facts.push_back({std::move(name), std::move(value), std::move(text)});
}

void DoctorReport::bytes(std::string name, std::int64_t value) {
  fact(std::move(name), value, size_text(static_cast<std::uint64_t>(value)));
}

std::string DoctorReport::to_text() const {
  std::string text;
  for (const Section& section : sections_) {
    text += fmt::format("{}{}\n", text.empty() ? "" : "\n", section.name);
    for (const Fact& fact : section.facts) text += fmt::format("  {:<22}{}\n", fact.name, fact.text);
  }
  return text + list_of("problems", problems_) + list_of("hints", hints_);
}

std::string DoctorReport::to_json() const {
  Json json = Json::object();
  for (const Section& section : sections_) {
    Json& facts = json[key_of(section.name)] = Json::object();
    for (const Fact& fact : section.facts) facts[key_of(fact.name)] = fact.value;
  }
  json["problems"] = problems_;
  json["hints"] = hints_;
  json["well"] = is_well();
  // Names of files are any bytes.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace dragoman
