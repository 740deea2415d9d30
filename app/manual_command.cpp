#include "app/cli/command_line.h"
#include "app/cli/output.h"
#include "app/command_list.h"
#include "app/commands.h"
#include "app/manual/manual_page.h"
#include "base/atomic_file.h"

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {
namespace {

namespace fs = std::filesystem;

constexpr const char* kManualSummary =
    R"(Prints the manual page of a command, or of the program, in the language of man; or writes all pages into a folder.

  dragoman manual translate | man -l -
  dragoman manual --output ~/.local/share/man/man1)";

void write_pages(const fs::path& folder, const std::vector<CommandDescription>& commands) {
  fs::create_directories(folder);
  write_file_atomically(folder / "dragoman.1", manual_page(commands));
  for (const CommandDescription& command : commands)
    write_file_atomically(folder / ("dragoman-" + command.name + ".1"), manual_page(command));
}

}  // namespace

int manual_command(const std::vector<std::string>& arguments) {
  std::string name, folder;
  Choices<std::string> names;
  for (const CommandSummary& command : command_summaries()) names.emplace_back(command.name, command.name);
  CommandLine line("manual", kManualSummary);
  line.choose("command", name, names, "whose page; if not given, the program's").bare = true;
  line.add("output,o", folder, "FOLDER", "where all pages go, each a file; those of the same names are replaced")
      .writes = true;
  line.exclude("command", "output");
  if (const auto text = line.parse(arguments)) {
    print(*text);
    return 0;
  }
  const std::vector<CommandDescription> commands = describe_commands();
  if (!folder.empty()) {
    write_pages(folder, commands);
  } else if (name.empty()) {
    print(manual_page(commands));
  } else {
    print(manual_page(*std::ranges::find(commands, name, &CommandDescription::name)));
  }
  return 0;
}

}  // namespace dragoman
