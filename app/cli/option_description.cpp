#include "app/cli/option_description.h"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sstream>

namespace dragoman {

std::vector<std::string> OptionDescription::spellings() const {
  if (kind == Option::Kind::maps) return {};
  std::vector<std::string> all{"--" + name};
  if (kind == Option::Kind::flag) all.push_back("--no-" + name);
  if (letter != 0) all.push_back(fmt::format("-{}", letter));
  return all;
}

std::string OptionDescription::value_text() const {
  return value_name + (takes_several() ? " ..." : "") +
         (default_text.empty() ? "" : fmt::format(" ({})", default_text));
}

std::string OptionDescription::brief() const {
  return help.substr(0, std::min(help.find("; "), help.find(". ")));
}

std::vector<std::string> OptionDescription::choices() const {
  std::string names = value_name;
  if (names.starts_with('[') && names.ends_with(']')) names = names.substr(1, names.size() - 2);
  std::vector<std::string> all;
  std::istringstream parts(names);
  for (std::string part; std::getline(parts, part, '|');) {
    if (std::ranges::none_of(part, [](unsigned char c) { return std::isupper(c); })) all.push_back(part);
  }
  return all;
}

bool OptionDescription::takes_file() const {
  return value_name.ends_with("FILE") || value_name.ends_with("PATH");
}

bool OptionDescription::takes_folder() const {
  return value_name.ends_with("DIR") || value_name == "FOLDER";
}

OptionDescription describe(const Option& option) {
  OptionDescription description{.name = option.name,
                                .letter = option.letter,
                                .group = option.group,
                                .kind = option.kind,
                                .value_name = option.value_name,
                                .default_text = option.default_text,
                                .help = option.help,
                                .bare = option.bare};
  const std::vector<std::string> values = option.get ? option.get() : std::vector<std::string>{};
  if (option.required) description.help += " (required)";
  if (option.kind == Option::Kind::flag) {
    description.value_name.clear();
    if (!values.empty() && values.front() == "true") description.help += " (the default)";
  } else if (option.default_text.empty() && option.chosen) {
    description.help += " (chosen by the corpus)";
  } else if (option.default_text.empty() && !values.empty()) {
    description.default_text = fmt::format("={}", fmt::join(values, " "));
  }
  return description;
}

}  // namespace dragoman
