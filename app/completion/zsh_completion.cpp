#include "app/completion/completion.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace dragoman {
namespace {

constexpr std::string_view kNextArgument = " \\\n        ";

// Text in single quotes.
std::string quoted_for_zsh(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? "'\\''" : std::string(1, c);
  return out + "'";
}

// `text` in a specification of _arguments, which gives a meaning to these.
std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

constexpr std::string_view kFiles = "_files";
constexpr std::string_view kFolders = "_files -/";

// "MESSAGE:ACTION"
std::string value_of(const OptionDescription& option) {
  std::string action = " ";
  if (option.takes_file()) {
    action = kFiles;
  } else if (option.takes_folder()) {
    action = kFolders;
  } else if (const std::vector<std::string> choices = option.choices(); !choices.empty()) {
    action = fmt::format("({})", fmt::join(choices, " "));
  }
  return escaped(option.value_name) + ":" + action;
}

bool takes_several_paths(const OptionDescription& option) {
  return option.takes_several() && (option.takes_file() || option.takes_folder());
}

// The arguments of _arguments for an option: one for each of its spellings, which exclude each other.
std::string specifications(const OptionDescription& option) {
  const std::vector<std::string> spellings = option.spellings();
  const bool again = option.takes_several() || option.name == "config";
  std::string out;
  for (const std::string& spelling : spellings) {
    const bool is_long = spelling.starts_with("--");
    std::string text = again ? "*" : fmt::format("({})", fmt::join(spellings, " "));
    text += fmt::format("{}{}[{}]", spelling, option.takes_value() && is_long && !option.is_optional() ? "=" : "",
                        escaped(option.brief()));
    if (option.takes_value()) text += fmt::format("{}{}", option.is_optional() ? "::" : ":", value_of(option));
    out += fmt::format("{}{}", kNextArgument, quoted_for_zsh(text));
  }
  return out;
}

std::string case_of(const CommandDescription& command) {
  std::string out = fmt::format("    {})\n      _arguments -S", command.name);
  for (const OptionDescription& option : command.options) {
    out += specifications(option);
    if (option.bare) out += fmt::format("{}{}", kNextArgument, quoted_for_zsh("::" + value_of(option)));
  }
  if (std::ranges::any_of(command.options, takes_several_paths))
    out += fmt::format("{}'*: :_dragoman_more'", kNextArgument);
  return out + " ;;\n";
}

// A function that completes what may follow the values that the last option has already.
std::string more_values(const std::vector<CommandDescription>& commands) {
  std::string out =
      "\n_dragoman_more() {\n  local -a given\n  given=(${(M)words[2,CURRENT-1]:#-?*})\n"
      "  case $words[1]:${given[-1]} in\n";
  for (const std::string_view action : {kFiles, kFolders}) {
    std::vector<std::string> cases;
    for (const CommandDescription& command : commands) {
      for (const OptionDescription& option : command.options) {
        if (!takes_several_paths(option) || option.takes_file() != (action == kFiles)) continue;
        for (const std::string& spelling : option.spellings()) cases.push_back(command.name + ":" + spelling);
      }
    }
    if (!cases.empty()) out += fmt::format("    {}) {} ;;\n", fmt::join(cases, "|"), action);
  }
  return out + "  esac\n}\n";
}

}  // namespace

std::string zsh_completion(const std::vector<CommandDescription>& commands) {
  std::string names, cases;
  for (const CommandDescription& command : commands) {
    names += "    " + quoted_for_zsh(command.name + ":" + command.purpose) + "\n";
    cases += case_of(command);
  }
  return "#compdef dragoman\n# zsh completion of dragoman " DRAGOMAN_VERSION
         ", as `dragoman completion zsh` prints it.\n" +
         more_values(commands) + "\n_dragoman() {\n  local -a commands\n  commands=(\n" + names +
         "    'help:prints the options of a command'\n  )\n"
         "  if (( CURRENT == 2 )); then\n"
         "    _describe -t commands command commands\n"
         "    _arguments -S '(- *)--help[list the commands]' '(- *)--version[print the version]'\n"
         "    return\n"
         "  fi\n"
         "  shift words\n"
         "  (( CURRENT-- ))\n"
         "  case $words[1] in\n" +
         cases +
         "    help) _describe -t commands command commands ;;\n"
         "  esac\n}\n\n_dragoman \"$@\"\n";
}

}  // namespace dragoman
