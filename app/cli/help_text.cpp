#include "app/cli/help_text.h"

#include "app/cli/option_description.h"

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

void add_row(po::options_description& section, const OptionDescription& option) {
  std::string name = option.name;
  if (option.kind == Option::Kind::flag) {
    name = "[no-]" + name;
  } else if (option.letter != 0) {
    name += fmt::format(",{}", option.letter);
  }
  const std::string value = option.value_text();
  if (value.empty()) {
    section.add_options()(name.c_str(), option.help.c_str());
  } else {
    section.add_options()(name.c_str(), po::value<std::string>()->value_name(value), option.help.c_str());
  }
}

// A table of the options that are shown, heading by heading. Returns how many those are.
std::size_t add_tables(std::ostream& text, const Options& options, const std::function<bool(const Option&)>& is_shown) {
  std::vector<std::string> groups;
  for (const Option& option : options) {
    if (is_shown(option) && !std::ranges::count(groups, option.group)) groups.push_back(option.group);
  }
  std::size_t shown = 0;
  for (const std::string& group : groups) {
    po::options_description section(group, kWidth, kTextWidth);
    for (const Option& option : options) {
      if (option.group != group || !is_shown(option)) continue;
      add_row(section, describe(option));
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
  const std::size_t shown = add_tables(
      text, options, [&](const Option& option) { return all || option.common || option.required || option.writes; });
  add_tables(text, common_options(), [](const Option&) { return true; });
  if (shown < options.size())
    text << fmt::format("\n{} options more: dragoman {} --help all\n", options.size() - shown, command);
  return text.str();
}

}  // namespace dragoman
