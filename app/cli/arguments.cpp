#include "app/cli/arguments.h"

#include "app/cli/synonyms.h"

#include <algorithm>
#include <boost/program_options.hpp>
#include <cctype>
#include <filesystem>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

namespace po = boost::program_options;

// What the user wrote, with `_` read as `-` in the name of a long option.
std::string with_hyphens(std::string token) {
  if (token.starts_with("--")) {
    const auto end = token.begin() + static_cast<std::ptrdiff_t>(std::min(token.find('='), token.size()));
    std::replace(token.begin(), end, '_', '-');
  }
  return token;
}

// "--model --beam-size 5": a value that looks like an option is one, unless it is joined to its name by "=".
bool swallowed_option(const po::option& item) {
  return std::any_of(item.value.begin(), item.value.end(), [&](const std::string& value) {
    const bool looks_so = value.starts_with("--") || (value.size() > 1 && value[0] == '-' && std::isalpha(value[1]));
    return looks_so &&
           std::find(item.original_tokens.begin(), item.original_tokens.end(), value) != item.original_tokens.end();
  });
}

[[noreturn]] void refuse_unknown(const std::string& command, const Options& options, const std::string& written) {
  const std::string name = written.substr(0, written.find('='));
  if (!name.starts_with("--"))
    throw std::invalid_argument(fmt::format("unknown option {} (see dragoman {} --help)", name, command));
  throw std::invalid_argument(
      fmt::format("unknown option {}{}", name, suggestion(command, options, name.substr(2), Written::as_argument)));
}

// The option that takes such a file, of those that have not got one; empty where there is none.
std::string option_of_file(const Options& options, const std::vector<Assignment>& given, const std::string& file) {
  std::error_code none;
  const auto status = std::filesystem::status(file, none);
  if (!std::filesystem::exists(status)) return "";
  const bool recipe = file.ends_with(".yaml") || file.ends_with(".yml");
  if (recipe) return "config";
  const auto takes_it = [&](const std::string& name) {
    return find_option(options, name) && std::ranges::find(given, name, &Assignment::name) == given.end();
  };
  const std::vector<std::string> candidates =
      std::filesystem::is_directory(status)
          ? std::vector<std::string>{"model"}
          : std::vector<std::string>{"input", "hypothesis", "train-source", "train-target", "source", "target"};
  const auto found = std::ranges::find_if(candidates, takes_it);
  return found == candidates.end() ? "" : *found;
}

[[noreturn]] void refuse_bare(const std::string& command, const Options& options, const std::vector<Assignment>& given,
                              const std::string& text) {
  std::string remedy = "every argument belongs to an option that begins with --";
  if (text == "help") {
    remedy = fmt::format("see dragoman {} --help", command);
  } else if (const std::string name = option_of_file(options, given, text); !name.empty()) {
    remedy = fmt::format("write --{} {}", name, text);
  }
  throw std::invalid_argument(fmt::format("unexpected argument '{}'; {}", text, remedy));
}

void accept(po::options_description& accepted, const Option& option) {
  std::string name = option.name;
  if (option.letter != 0) name += fmt::format(",{}", option.letter);
  po::value_semantic* value = nullptr;
  if (option.kind == Option::Kind::flag || option.kind == Option::Kind::action) {
    value = po::bool_switch();
  } else if (option.kind == Option::Kind::list) {
    value = po::value<std::vector<std::string>>()->multitoken();
  } else {
    value = po::value<std::string>();
  }
  accepted.add_options()(name.c_str(), value);
  if (option.kind == Option::Kind::flag) accepted.add_options()(("no-" + option.name).c_str(), po::bool_switch());
}

std::vector<po::option> tokenize(const std::string& command, const Options& options,
                                 const std::vector<std::string>& arguments) {
  po::options_description accepted;
  for (const Options* each : {&options, &common_options()}) {
    for (const Option& option : *each) accept(accepted, option);
  }
  std::vector<std::string> tokens;
  std::ranges::transform(arguments, std::back_inserter(tokens), with_hyphens);
  try {
    const int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
    return po::command_line_parser(tokens).options(accepted).style(style).run().options;
  } catch (const po::unknown_option& error) {
    refuse_unknown(command, options, error.get_option_name());
  } catch (const po::invalid_command_line_syntax& error) {
    const bool extra = error.kind() == po::invalid_syntax::extra_parameter;
    throw std::invalid_argument(error.get_option_name() +
                                (extra ? ": this option takes no value" : ": the value is missing"));
  }
}

Option common_option(std::string name, char letter, Option::Kind kind, std::string value_name, std::string help) {
  Option option;
  option.name = std::move(name);
  option.letter = letter;
  option.group = "Everywhere";
  option.kind = kind;
  option.value_name = std::move(value_name);
  option.help = std::move(help);
  option.common = true;
  return option;
}

}  // namespace

const Option* find_option(const Options& options, const std::string& name) {
  const auto found = std::ranges::find(options, name, &Option::name);
  return found == options.end() ? nullptr : &*found;
}

const Options& common_options() {
  static const Options options = {
      common_option("config", 'c', Option::Kind::value, "FILE",
                    "read options from a YAML file: 'name: value' lines; may be given several times, later files win, "
                    "the command line wins over all"),
      common_option("dump-config", 0, Option::Kind::action, "",
                    "print the options in effect as such a file, and do nothing else"),
      common_option("help", 'h', Option::Kind::action, "[all]", "print this text, or that of all options"),
      common_option("version", 0, Option::Kind::action, "", "print the version")};
  return options;
}

std::optional<HelpExtent> asked_for_help(const std::vector<std::string>& arguments) {
  for (auto argument = arguments.begin(); argument != arguments.end() && *argument != "--"; ++argument) {
    if (*argument == "--help=all") return HelpExtent::all;
    if (*argument != "--help" && *argument != "-h") continue;
    const auto next = argument + 1;
    return next != arguments.end() && *next == "all" ? HelpExtent::all : HelpExtent::common;
  }
  return std::nullopt;
}

std::string suggestion(const std::string& command, const Options& options, const std::string& name, Written written) {
  std::vector<std::string> known;
  for (const Option& option : options) known.push_back(option.name);
  const bool as_argument = written == Written::as_argument;
  if (as_argument) {
    for (const Option& option : common_options()) known.push_back(option.name);
    for (const Option& option : options) {
      if (option.kind == Option::Kind::flag) known.push_back("no-" + option.name);
    }
  }
  if (const std::string meant = meant_option(name, known); !meant.empty())
    return fmt::format("; the nearest known one is {}{}", as_argument ? "--" : "", meant);
  return fmt::format(" (see dragoman {} --help all)", command);
}

std::vector<Assignment> read_arguments(const std::string& command, const Options& options,
                                       const std::vector<std::string>& arguments) {
  std::vector<Assignment> assignments;
  for (const po::option& item : tokenize(command, options, arguments)) {
    if (item.string_key.empty()) {
      const auto bare = std::ranges::find_if(options, &Option::bare);
      if (bare == options.end()) refuse_bare(command, options, assignments, item.value.front());
      assignments.push_back({bare->name, item.value, "--" + bare->name, false});
      continue;
    }
    if (swallowed_option(item)) throw std::invalid_argument("--" + item.string_key + ": the value is missing");
    Assignment assignment{item.string_key, item.value, "--" + item.string_key, false};
    const bool is_opposite = !find_option(options, assignment.name) && assignment.name.starts_with("no-") &&
                             find_option(options, assignment.name.substr(3));
    if (is_opposite) {
      assignment.name.erase(0, 3);
      assignment.values = {"false"};
    } else if (const Option* option = find_option(options, assignment.name);
               option && option->kind == Option::Kind::flag) {
      assignment.values = {"true"};
    }
    assignments.push_back(std::move(assignment));
  }
  return assignments;
}

}  // namespace dragoman
