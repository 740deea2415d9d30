#include "app/completion/completion.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>

namespace dragoman {
namespace {

// What stands before the tables: `takes` is what a value may be, and `words` are the names among those.
constexpr std::string_view kBegin = R"(
_dragoman() {
  local current=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]} at=$((COMP_CWORD - 1)) values= joined=
  local option= options= takes= words= several= optional=
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    mapfile -t COMPREPLY < <(compgen -W '@COMMANDS@ help --help --version' -- "$current")
    return
  fi

  # --name=value is three words where "=" divides words.
  if [[ $current == = ]]; then
    joined=1 current=
  elif [[ ${COMP_WORDS[at]} == = ]]; then
    joined=1 at=$((at - 1))
  fi
  # The option that the word may be a value of, and how many values it has before that.
  values=$at
  while ((at > 1)) && [[ ${COMP_WORDS[at]} != -?* ]]; do at=$((at - 1)); done
  values=$((values - at))
  ((at < 2)) || option=${COMP_WORDS[at]}

)";

constexpr std::string_view kEnd = R"(
  if [[ $takes && $joined || $takes && $values == 0 && ! ( $optional && $current == -* ) ]]; then
    :
  elif [[ $takes && $several && $current != -* ]]; then
    :
  elif [[ $current == -* || -z $bare ]]; then
    takes=words words=$options
  else
    takes=$bare words=$bare_words
  fi
  case $takes in
    file) mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
    folder) mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
    words) mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current") ;;
  esac
  # Slashes behind folders, and quotes where a name needs them; outside of a completion there is nothing to set.
  [[ $takes != file && $takes != folder ]] || compopt -o filenames 2>/dev/null
}
complete -F _dragoman dragoman
)";

// The assignments that say what an option takes.
std::string kind_of(const OptionDescription& option, std::string_view variable, std::string_view words) {
  if (option.takes_file()) return fmt::format("{}=file", variable);
  if (option.takes_folder()) return fmt::format("{}=folder", variable);
  const std::vector<std::string> choices = option.choices();
  return choices.empty() ? fmt::format("{}=value", variable)
                         : fmt::format("{}=words {}='{}'", variable, words, fmt::join(choices, " "));
}

// A case for each thing that options may take, with all that take it.
std::string value_table(const std::vector<CommandDescription>& commands) {
  std::map<std::string, std::vector<std::string>> options_of;
  for (const CommandDescription& command : commands) {
    for (const OptionDescription& option : command.options) {
      if (!option.takes_value()) continue;
      const std::string assignments = kind_of(option, "takes", "words") + (option.takes_several() ? " several=1" : "") +
                                      (option.is_optional() ? " optional=1" : "");
      for (const std::string& spelling : option.spellings())
        options_of[assignments].push_back(command.name + ":" + spelling);
    }
  }
  std::string table = "  case $command:$option in\n";
  for (const auto& [assignments, options] : options_of)
    table += fmt::format("    {}) {} ;;\n", fmt::join(options, "|"), assignments);
  return table + "  esac\n";
}

std::string command_table(const std::vector<CommandDescription>& commands) {
  std::string table = "  local bare= bare_words=\n  case $command in\n";
  std::vector<std::string> names;
  for (const CommandDescription& command : commands) {
    names.push_back(command.name);
    std::vector<std::string> spellings;
    std::string bare;
    for (const OptionDescription& option : command.options) {
      for (std::string& spelling : option.spellings()) spellings.push_back(std::move(spelling));
      if (option.bare) bare = fmt::format(" {}", kind_of(option, "bare", "bare_words"));
    }
    table += fmt::format("    {}) options='{}'{} ;;\n", command.name, fmt::join(spellings, " "), bare);
  }
  return table + fmt::format("    help) bare=words bare_words='{}' ;;\n  esac\n", fmt::join(names, " "));
}

}  // namespace

std::string bash_completion(const std::vector<CommandDescription>& commands) {
  std::vector<std::string> names;
  for (const CommandDescription& command : commands) names.push_back(command.name);
  std::string begin(kBegin);
  const std::string_view mark = "@COMMANDS@";
  begin.replace(begin.find(mark), mark.size(), fmt::format("{}", fmt::join(names, " ")));
  return "# bash completion of dragoman " DRAGOMAN_VERSION ", as `dragoman completion bash` prints it." + begin +
         value_table(commands) + command_table(commands) + std::string(kEnd);
}

}  // namespace dragoman
