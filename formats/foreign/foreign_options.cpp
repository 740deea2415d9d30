#include "formats/foreign/foreign_options.h"

namespace dragoman {
namespace {

constexpr std::size_t kLongestShown = 100;

}  // namespace

ForeignOptions::ForeignOptions(std::string_view text, std::string file) : file_(std::move(file)) {
  auto json = parse_json(text);
  if (!json || !json->is_object())
    throw std::runtime_error(fmt::format("{}: not valid JSON; copy the model anew", file_));
  json_ = *std::move(json);
}

void ForeignOptions::refuse(const std::string& name, std::string_view why) const {
  std::string value = shown(name);
  if (value.size() > kLongestShown) value = value.substr(0, kLongestShown) + "…";
  throw std::runtime_error(fmt::format("{}: '{}' is {}, {}", file_, name, value, why));
}

std::vector<std::string> ForeignOptions::unread() const {
  std::vector<std::string> names;
  for (const auto& [name, value] : json_.items()) {
    if (!read_.contains(name)) names.push_back(name);
  }
  return names;
}

}  // namespace dragoman
