#include "app/cli/command_line.h"

#include "app/cli/file_uses.h"

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>

namespace dragoman {

std::string version_text() {
  return "dragoman " DRAGOMAN_VERSION " (LibTorch " DRAGOMAN_LIBTORCH_VERSION ")\n";
}

CommandLine::CommandLine(std::string command, std::string summary)
    : command_(std::move(command)), summary_(std::move(summary)) {}

Option& CommandLine::insert(const std::string& name, Option option, std::string value_name, std::string help) {
  option.name = name.substr(0, name.find(','));
  if (option.name.size() < name.size()) option.letter = name.back();
  if (find(option.name)) throw std::logic_error(fmt::format("{} has two options --{}", command_, option.name));
  option.group = group_;
  option.value_name = std::move(value_name);
  option.help = std::move(help);
  return options_.emplace_back(std::move(option));
}

std::vector<std::string> CommandLine::options_under(const std::string& heading) const {
  std::vector<std::string> names;
  for (const Option& option : options_) {
    if (option.group == heading) names.push_back(option.name);
  }
  return names;
}

void CommandLine::exclude_group(const std::string& name, const std::string& heading) {
  for (const std::string& option : options_under(heading)) exclude(name, option);
}

void CommandLine::leave_to_choice(const std::string& name) {
  for (Option& option : options_) {
    if (option.name == name) option.chosen = true;
  }
}

bool CommandLine::given(const std::string& name) const {
  return std::any_of(merged_.begin(), merged_.end(), [&](const Assignment& a) { return a.name == name; });
}

bool CommandLine::asked(const std::string& name) const {
  return std::any_of(merged_.begin(), merged_.end(), [&](const Assignment& a) {
    return a.name == name && (a.where.starts_with("--") || a.values != defaults_.at(name) || !a.maps.empty());
  });
}

void CommandLine::check_source(const std::vector<Assignment>& source) const {
  std::map<std::string, const Assignment*> first;
  for (const Assignment& assignment : source) {
    const Option* option = find(assignment.name);
    if (!option) {
      throw std::invalid_argument(fmt::format("{} is not an option of {}{}", assignment.where, command_,
                                              suggestion(command_, options_, assignment.name, Written::in_file)));
    }
    if (option->kind == Option::Kind::maps && assignment.maps.empty()) {
      throw std::invalid_argument(fmt::format("{} is a list of maps; write '- name: value' lines under it{}",
                                              assignment.where,
                                              assignment.where.starts_with("--") ? ", in a file for -c" : ""));
    }
    if (option->kind != Option::Kind::maps && !assignment.maps.empty())
      throw std::invalid_argument(assignment.where + ": an item is not a plain value");
    if (assignment.is_list && option->kind != Option::Kind::list) {
      throw std::invalid_argument(assignment.where + " takes one value, not a list");
    }
    const auto [earlier, is_new] = first.emplace(assignment.name, &assignment);
    if (!is_new && option->kind != Option::Kind::list) {
      throw std::invalid_argument(earlier->second->where == assignment.where
                                      ? assignment.where + " is given twice"
                                      : earlier->second->where + " and " + assignment.where + " contradict each other");
    }
  }
  for (const auto& [one, other] : excluded_) {
    if (first.contains(one) && first.contains(other)) {
      throw std::invalid_argument(
          fmt::format("{} and {} contradict each other; give one of them", first[one]->where, first[other]->where));
    }
  }
}

void CommandLine::merge(std::vector<Assignment> source) {
  check_source(source);
  std::set<std::string> replaced;
  for (const Assignment& assignment : source) {
    replaced.insert(assignment.name);
    for (const auto& [one, other] : excluded_) {
      if (assignment.name == one) replaced.insert(other);
      if (assignment.name == other) replaced.insert(one);
    }
  }
  std::erase_if(merged_, [&](const Assignment& a) { return replaced.contains(a.name); });
  for (Assignment& assignment : source) {
    // A list may be given in parts: --reference a --reference b.
    const auto earlier =
        std::find_if(merged_.begin(), merged_.end(), [&](const Assignment& a) { return a.name == assignment.name; });
    if (earlier == merged_.end()) {
      merged_.push_back(std::move(assignment));
    } else {
      earlier->values.insert(earlier->values.end(), assignment.values.begin(), assignment.values.end());
    }
  }
}

void CommandLine::apply() const {
  for (const bool early : {true, false}) {
    for (const Assignment& assignment : merged_) {
      const Option& option = *find(assignment.name);
      if (option.early != early) continue;
      try {
        if (option.kind != Option::Kind::maps) option.set(assignment.values);
      } catch (const std::invalid_argument& error) {
        throw std::invalid_argument(assignment.where + ": " + error.what());
      }
      // What is wrong in a map has a line of its own.
      if (option.kind == Option::Kind::maps) option.set_maps(assignment.maps);
    }
  }
}

void CommandLine::require() const {
  for (const Option& option : options_) {
    if (option.required && !given(option.name)) {
      throw std::invalid_argument(fmt::format("--{} is required (see dragoman {} --help)", option.name, command_));
    }
  }
}

void CommandLine::take(std::vector<Assignment> source, const std::vector<std::string>& config_files) {
  begin();
  for (const std::string& file : config_files) merge(read_config_file(file));
  merge(std::move(source));
  apply();
  require();
}

void CommandLine::begin() {
  merged_.clear();
  for (const Option& option : options_) defaults_[option.name] = option.get();
}

std::optional<std::string> CommandLine::parse(const std::vector<std::string>& arguments) {
  std::vector<Assignment> from_command_line;
  std::vector<std::string> config_files;
  bool dump = false;
  begin();
  if (arguments.size() == 1 && arguments.front() == kDescribe) throw description();
  if (const auto extent = asked_for_help(arguments)) return help(*extent);
  for (Assignment& assignment : read_arguments(command_, options_, arguments)) {
    if (assignment.name == "version") return version_text();
    if (assignment.name == "dump-config") {
      dump = true;
    } else if (assignment.name == "config") {
      config_files.push_back(assignment.values.front());
    } else {
      from_command_line.push_back(std::move(assignment));
    }
  }
  for (const std::string& file : config_files) merge(read_config_file(file));
  merge(std::move(from_command_line));
  apply();
  if (dump) return effective_options();
  require();
  check_file_uses(options_, config_files);
  return std::nullopt;
}

std::string CommandLine::help(HelpExtent extent) const {
  return help_text(command_, summary_, options_, extent);
}

CommandDescription CommandLine::description() const {
  CommandDescription all{.name = command_, .purpose = "", .summary = summary_, .options = {}};
  for (const Options* options : {&options_, &common_options()}) {
    for (const Option& option : *options) all.options.push_back(describe(option));
  }
  return all;
}

std::vector<Assignment> CommandLine::effective_assignments() const {
  std::vector<Assignment> assignments;
  const auto has_value = [&](const std::string& name) { return !find(name)->get().empty(); };
  for (const Option& option : options_) {
    std::vector<std::string> values = option.get();
    // Defaults of two options that exclude each other would contradict each other when read back.
    const bool excluded = !given(option.name) && std::any_of(excluded_.begin(), excluded_.end(), [&](const auto& pair) {
      return (pair.first == option.name && has_value(pair.second)) ||
             (pair.second == option.name && has_value(pair.first));
    });
    if (values.empty() || excluded || (option.chosen && !given(option.name))) continue;
    assignments.push_back({option.name, std::move(values), "", option.kind == Option::Kind::list});
    if (option.kind == Option::Kind::maps) assignments.back().maps = option.get_maps();
  }
  return assignments;
}

std::string CommandLine::effective_options() const {
  return format_config_file(effective_assignments());
}

}  // namespace dragoman
