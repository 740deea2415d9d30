#include "app/cli/command_line.h"
#include "app/cli/output.h"
#include "app/commands.h"
#include "app/completion/completion.h"

#include <string>
#include <vector>

namespace dragoman {
namespace {

using Writer = std::string (*)(const std::vector<CommandDescription>&);

constexpr const char* kCompletionSummary =
    R"(Prints what makes a shell complete commands, options and their values. Where dragoman is installed by a package or
by cmake --install, shells find it by themselves.

  dragoman completion bash >~/.local/share/bash-completion/completions/dragoman
  dragoman completion zsh >~/.zfunc/_dragoman            # a folder of $fpath
  dragoman completion fish >~/.config/fish/completions/dragoman.fish)";

}  // namespace

int completion_command(const std::vector<std::string>& arguments) {
  Writer write = nullptr;
  CommandLine line("completion", kCompletionSummary);
  const Choices<Writer> shells{{"bash", bash_completion}, {"zsh", zsh_completion}, {"fish", fish_completion}};
  Option& shell = line.choose("shell", write, shells, "which shell");
  shell.required = shell.bare = true;
  if (const auto text = line.parse(arguments)) {
    print(*text);
    return 0;
  }
  print(write(describe_commands()));
  return 0;
}

}  // namespace dragoman
