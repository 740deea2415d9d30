#include "app/program.h"

#include "app/cli/command_line.h"
#include "app/cli/output.h"
#include "app/cli/signals.h"
#include "app/cli/synonyms.h"
#include "app/command_list.h"

#include <csignal>
#include <cstdio>
#include <exception>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <stdexcept>
#include <string_view>

namespace dragoman {
namespace {

[[noreturn]] void refuse_nothing() {
  std::vector<std::string_view> names;
  for (const CommandSummary& command : command_summaries()) names.push_back(command.name);
  const std::string_view last = names.back();
  names.pop_back();
  throw std::invalid_argument(
      fmt::format("name a command: {} or {} (see dragoman --help)", fmt::join(names, ", "), last));
}

int run_named(const std::vector<std::string>& arguments, const CommandRunner& run) {
  if (arguments.empty()) refuse_nothing();
  const std::string& name = arguments.front();
  if (name == "--help" || name == "-h") {
    print(program_help());
    return 0;
  }
  if (name == "--version") {
    print(version_text());
    return 0;
  }
  std::vector<std::string> known;
  for (const CommandSummary& command : command_summaries()) {
    if (name == command.name) return run(name, {arguments.begin() + 1, arguments.end()});
    known.emplace_back(command.name);
  }
  if (name == "help" && arguments.size() > 1) return run_named({arguments[1], "--help"}, run);
  if (name == "help") return run_named({"--help"}, run);
  const std::string meant = meant_command(name, known);
  throw std::invalid_argument(fmt::format("unknown command '{}'{} (see dragoman --help)", name,
                                          meant.empty() ? "" : "; the nearest is " + meant));
}

}  // namespace

int run_program(const std::vector<std::string>& arguments, const CommandRunner& run, const FailureDescriber& describe) {
  try {
    return run_named(arguments, run);
  } catch (const ClosedPipe&) {
    // End as the signal would have ended us, which callers take for what it is.
    std::signal(SIGPIPE, SIG_DFL);
    std::raise(SIGPIPE);
    return 128 + SIGPIPE;
  } catch (const Stopped& stopped) {
    std::fprintf(stderr, "dragoman: %s\n", stopped.what());
    return stopped.exit_code();
  } catch (const std::exception& error) {
    const Failure failure = describe(error);
    std::fprintf(stderr, "dragoman: %s\n", failure.message.c_str());
    return failure.exit_code;
  }
}

}  // namespace dragoman
