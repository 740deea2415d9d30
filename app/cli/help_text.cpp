#include "app/cli/help_text.h"

#include <algorithm>
#include <boost/program_options.hpp>
#include <functional>
#include <sstream>
#include <vector>

namespace dragoman {
namespace {

namespace po = boost::program_options;

constexpr unsigned kWidth = 100;
constexpr unsigned kTextWidth = 60;
// What one looks through without an effort.
constexpr std::size_t kFewOptions = 20;

void describe(po::options_description& section, const Option& option) {
  const std::vector<std::string> values = option.get ? option.get() : std::vector<std::string>{};
  std::string name = option.name;
  std::string note = option.help;
  if (option.required) note += " (required)";
  if (option.kind == Option::Kind::flag) {
    if (!values.empty() && values.front() == "true") note += " (the default)";
    section.add_options()(("[no-]" + name).c_str(), note.c_str());
    return;
  }
  if (option.letter != 0) name += fmt::format(",{}", option.letter);
  std::string value = option.value_name + (option.kind == Option::Kind::list ? " ..." : "");
  if (!option.default_text.empty()) {
    value += fmt::format(" ({})", option.default_text);
  } else if (option.chosen) {
    note += " (chosen by the corpus)";
  } else if (!values.empty()) {
    value += fmt::format(" (={})", fmt::join(values, " "));
  }
  if (value.empty()) {
    section.add_options()(name.c_str(), note.c_str());
  } else {
    section.add_options()(name.c_str(), po::value<std::string>()->value_name(value), note.c_str());
  }
}

// A table of the options that are shown, heading by heading. Returns how many those are.
std::size_t describe(std::ostream& text, const Options& options, const std::function<bool(const Option&)>& is_shown) {
  std::vector<std::string> groups;
  for (const Option& option : options) {
    if (is_shown(option) && !std::ranges::count(groups, option.group)) groups.push_back(option.group);
  }
  std::size_t shown = 0;
  for (const std::string& group : groups) {
    po::options_description section(group, kWidth, kTextWidth);
    for (const Option& option : options) {
      if (option.group != group || !is_shown(option)) continue;
      describe(section, option);
      ++shown;
    }
    text << "\n" << section;
  }
  return shown;
}

}  // namespace

std::string help_text(const std::string& command, const std::string& summary, const Options& options,
                      HelpExtent extent) {
  const bool all = extent == HelpExtent::all || options.size() <= kFewOptions;
  std::ostringstream text;
  text << summary << "\n";
  const std::size_t shown = describe(
      text, options, [&](const Option& option) { return all || option.common || option.required || option.writes; });
  describe(text, common_options(), [](const Option&) { return true; });
  if (shown < options.size())
    text << fmt::format("\n{} options more: dragoman {} --help all\n", options.size() - shown, command);
  return text.str();
}

}  // namespace dragoman
