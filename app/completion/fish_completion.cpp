#include "app/completion/completion.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace dragoman {
namespace {

constexpr std::string_view kConditions = R"(
# Whether the command is this one.
function __dragoman_is
    set -l words (commandline -opc)
    test (count $words) -gt 1; and test $words[2] = $argv[1]
end

# Whether the last option of this command is one of these, so that more of its values may follow.
function __dragoman_continues
    __dragoman_is $argv[1]; or return 1
    set -l options (string match -- '-?*' (commandline -opc))
    test (count $options) -gt 0; and contains -- $options[-1] $argv[2..]
end

function __dragoman_has_no_command
    test (count (commandline -opc)) -eq 1
end

complete -c dragoman -f
)";

std::string quoted_for_fish(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

// The options of `complete` for what an option takes.
std::string values_of(const OptionDescription& option) {
  if (option.takes_file()) return " -F";
  if (option.takes_folder()) return " -f -a '(__fish_complete_directories)'";
  const std::vector<std::string> choices = option.choices();
  return choices.empty() ? " -f" : fmt::format(" -f -a '{}'", fmt::join(choices, " "));
}

std::string lines_of(const CommandDescription& command, const OptionDescription& option) {
  const std::vector<std::string> spellings = option.spellings();
  if (spellings.empty()) return "";
  const std::string line = fmt::format("complete -c dragoman -n '__dragoman_is {}'", command.name);
  const std::string help = " -d " + quoted_for_fish(option.brief());
  const std::string value = option.takes_value() && !option.is_optional() ? " -r" + values_of(option) : "";
  std::string out = fmt::format("{} -l {}", line, option.name);
  if (option.letter != 0) out += fmt::format(" -s {}", option.letter);
  out += value + help + "\n";
  if (option.kind == Option::Kind::flag) out += fmt::format("{} -l no-{}{}\n", line, option.name, help);
  if (option.takes_several()) {
    out += fmt::format("complete -c dragoman -n '__dragoman_continues {} {}'{}\n", command.name,
                       fmt::join(spellings, " "), values_of(option));
  }
  if (option.bare) out += line + values_of(option) + "\n";
  return out;
}

}  // namespace

std::string fish_completion(const std::vector<CommandDescription>& commands) {
  std::string out = "# fish completion of dragoman " DRAGOMAN_VERSION ", as `dragoman completion fish` prints it.\n" +
                    std::string(kConditions);
  std::vector<std::string> names;
  for (const CommandDescription& command : commands) {
    names.push_back(command.name);
    out += fmt::format("complete -c dragoman -n __dragoman_has_no_command -a {} -d {}\n", command.name,
                       quoted_for_fish(command.purpose));
  }
  out += "complete -c dragoman -n __dragoman_has_no_command -a help -d 'prints the options of a command'\n";
  out += "complete -c dragoman -n __dragoman_has_no_command -l help -s h -d 'list the commands'\n";
  out += "complete -c dragoman -n __dragoman_has_no_command -l version -d 'print the version'\n";
  out += fmt::format("complete -c dragoman -n '__dragoman_is help' -a '{}'\n", fmt::join(names, " "));
  for (const CommandDescription& command : commands) {
    for (const OptionDescription& option : command.options) out += lines_of(command, option);
  }
  return out;
}

}  // namespace dragoman
