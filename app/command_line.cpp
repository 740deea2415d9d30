#include "app/command_line.h"

#include "app/file_uses.h"
#include "app/nearest_name.h"

#include <algorithm>
#include <boost/program_options.hpp>
#include <cctype>
#include <map>
#include <set>
#include <sstream>
#include <stdexcept>

namespace dragoman {
namespace {

namespace po = boost::program_options;

constexpr unsigned kHelpWidth = 100;
constexpr unsigned kHelpTextWidth = 60;
const std::set<std::string> kCommonNames = {"config", "dump-config", "help", "version"};

// What the user wrote, with `_` read as `-` in the name of a long option.
std::string with_hyphens(std::string token) {
  if (token.starts_with("--")) {
    const auto end = token.begin() + static_cast<std::ptrdiff_t>(std::min(token.find('='), token.size()));
    std::replace(token.begin(), end, '_', '-');
  }
  return token;
}

po::options_description common_options() {
  po::options_description common("Everywhere", kHelpWidth, kHelpTextWidth);
  common.add_options()  //
      ("config,c", po::value<std::string>()->value_name("FILE"),
       "read options from a YAML file: 'name: value' lines; may be given several times, later files win, the command "
       "line "
       "wins over all")                                                                   //
      ("dump-config", "print the options in effect as such a file, and do nothing else")  //
      ("help,h", "print this text")                                                       //
      ("version", "print the version");
  return common;
}

// "--model --beam-size 5": a value that looks like an option is one, unless it is joined to its name by "=".
bool swallowed_option(const po::option& item) {
  return std::any_of(item.value.begin(), item.value.end(), [&](const std::string& value) {
    const bool looks_so = value.starts_with("--") || (value.size() > 1 && value[0] == '-' && std::isalpha(value[1]));
    return looks_so &&
           std::find(item.original_tokens.begin(), item.original_tokens.end(), value) != item.original_tokens.end();
  });
}

}  // namespace

std::string version_text() {
  return "dragoman " DRAGOMAN_VERSION " (LibTorch " DRAGOMAN_LIBTORCH_VERSION ")\n";
}

CommandLine::CommandLine(std::string command, std::string summary)
    : command_(std::move(command)), summary_(std::move(summary)) {}

Option& CommandLine::insert(const std::string& name, Option option, std::string value_name, std::string help) {
  option.name = name.substr(0, name.find(','));
  if (option.name.size() < name.size()) short_names_.emplace_back(option.name, name.back());
  option.group = group_;
  option.value_name = std::move(value_name);
  option.help = std::move(help);
  return options_.emplace_back(std::move(option));
}

void CommandLine::exclude_group(const std::string& name, const std::string& heading) {
  for (const Option& option : options_) {
    if (option.group == heading) exclude(name, option.name);
  }
}

void CommandLine::leave_to_choice(const std::string& name) {
  for (Option& option : options_) {
    if (option.name == name) option.chosen = true;
  }
}

const Option* CommandLine::find(const std::string& name) const {
  const auto found = std::find_if(options_.begin(), options_.end(), [&](const Option& o) { return o.name == name; });
  return found == options_.end() ? nullptr : &*found;
}

std::vector<std::string> CommandLine::names() const {
  std::vector<std::string> names;
  for (const Option& option : options_) names.push_back(option.name);
  return names;
}

bool CommandLine::given(const std::string& name) const {
  return std::any_of(merged_.begin(), merged_.end(), [&](const Assignment& a) { return a.name == name; });
}

bool CommandLine::asked(const std::string& name) const {
  return std::any_of(merged_.begin(), merged_.end(), [&](const Assignment& a) {
    return a.name == name && (a.where.starts_with("--") || a.values != defaults_.at(name));
  });
}

void CommandLine::refuse_unknown(const std::string& written) const {
  if (!written.starts_with("--")) {
    throw std::invalid_argument(fmt::format("unknown option {} (see dragoman {} --help)", written, command_));
  }
  const std::string name = written.substr(0, written.find('='));
  std::vector<std::string> known = names();
  known.insert(known.end(), kCommonNames.begin(), kCommonNames.end());
  throw std::invalid_argument(
      fmt::format("unknown option {}; the nearest known one is --{}", name, nearest_name(name.substr(2), known)));
}

std::vector<Assignment> CommandLine::tokenize(const std::vector<std::string>& arguments) const {
  po::options_description accepted;
  accepted.add(common_options());
  for (const Option& option : options_) {
    const auto short_name =
        std::find_if(short_names_.begin(), short_names_.end(), [&](const auto& s) { return s.first == option.name; });
    std::string name = option.name;
    if (short_name != short_names_.end()) name += fmt::format(",{}", short_name->second);
    po::value_semantic* value = nullptr;
    if (option.kind == Option::Kind::flag) {
      value = po::bool_switch();
      accepted.add_options()(("no-" + option.name).c_str(), po::bool_switch());
    } else if (option.kind == Option::Kind::list) {
      value = po::value<std::vector<std::string>>()->multitoken();
    } else {
      value = po::value<std::string>();
    }
    accepted.add_options()(name.c_str(), value);
  }

  std::vector<std::string> tokens;
  std::transform(arguments.begin(), arguments.end(), std::back_inserter(tokens), with_hyphens);
  std::vector<po::option> parsed;
  try {
    const int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
    parsed = po::command_line_parser(tokens).options(accepted).style(style).run().options;
  } catch (const po::unknown_option& error) {
    refuse_unknown(error.get_option_name());
  } catch (const po::invalid_command_line_syntax& error) {
    const std::string name = error.get_option_name();
    const bool extra = error.kind() == po::invalid_syntax::extra_parameter;
    throw std::invalid_argument(name + (extra ? ": this option takes no value" : ": the value is missing"));
  }

  std::vector<Assignment> assignments;
  for (const po::option& item : parsed) {
    if (item.string_key.empty()) {
      throw std::invalid_argument(fmt::format(
          "unexpected argument '{}'; every argument belongs to an option that begins with --", item.value.front()));
    }
    if (swallowed_option(item)) throw std::invalid_argument("--" + item.string_key + ": the value is missing");
    Assignment assignment{item.string_key, item.value, "--" + item.string_key, false};
    if (!find(assignment.name) && assignment.name.starts_with("no-") && find(assignment.name.substr(3))) {
      assignment.name.erase(0, 3);
      assignment.values = {"false"};
    } else if (const Option* option = find(assignment.name); option && option->kind == Option::Kind::flag) {
      assignment.values = {"true"};
    }
    assignments.push_back(std::move(assignment));
  }
  return assignments;
}

void CommandLine::check_source(const std::vector<Assignment>& source) const {
  const std::vector<std::string> known = names();
  std::map<std::string, const Assignment*> first;
  for (const Assignment& assignment : source) {
    const Option* option = find(assignment.name);
    if (!option) {
      throw std::invalid_argument(fmt::format("{} is not an option of {}; the nearest known one is {}",
                                              assignment.where, command_, nearest_name(assignment.name, known)));
    }
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
        option.set(assignment.values);
      } catch (const std::invalid_argument& error) {
        throw std::invalid_argument(assignment.where + ": " + error.what());
      }
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

std::optional<std::string> CommandLine::parse(const std::vector<std::string>& arguments) {
  std::vector<Assignment> from_command_line;
  std::vector<std::string> config_files;
  bool dump = false;
  merged_.clear();
  for (const Option& option : options_) defaults_[option.name] = option.get();
  for (Assignment& assignment : tokenize(arguments)) {
    if (assignment.name == "help") return help();
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

std::string CommandLine::help() const {
  std::ostringstream text;
  text << summary_ << "\n";
  std::vector<std::string> groups;
  for (const Option& option : options_) {
    if (std::find(groups.begin(), groups.end(), option.group) == groups.end()) groups.push_back(option.group);
  }
  for (const std::string& group : groups) {
    po::options_description section(group, kHelpWidth, kHelpTextWidth);
    for (const Option& option : options_) {
      if (option.group != group) continue;
      const std::vector<std::string> values = option.get();
      std::string name = option.name;
      std::string note = option.help;
      if (option.required) note += " (required)";
      if (option.kind == Option::Kind::flag) {
        name = "[no-]" + name;
        if (!values.empty() && values.front() == "true") note += " (the default)";
        section.add_options()(name.c_str(), note.c_str());
        continue;
      }
      for (const auto& [of, letter] : short_names_) {
        if (of == option.name) name += fmt::format(",{}", letter);
      }
      std::string value = option.value_name + (option.kind == Option::Kind::list ? " ..." : "");
      if (option.chosen) note += " (chosen by the corpus)";
      if (!values.empty() && !option.chosen) value += fmt::format(" (={})", fmt::join(values, " "));
      section.add_options()(name.c_str(), po::value<std::string>()->value_name(value), note.c_str());
    }
    text << "\n" << section;
  }
  text << "\n" << common_options();
  return text.str();
}

std::string CommandLine::effective_options() const {
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
  }
  return format_config_file(assignments);
}

}  // namespace dragoman
