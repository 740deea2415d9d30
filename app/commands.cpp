#include "app/commands.h"

#include "app/command_list.h"
#include "app/failure.h"
#include "app/program.h"

#include <algorithm>
#include <csignal>
#include <fmt/format.h>
#include <pthread.h>
#include <stdexcept>
#include <string_view>

namespace dragoman {
namespace {

struct Command {
  std::string_view name;
  int (*run)(const std::vector<std::string>& arguments);
};

// In whichever order: command_summaries() has that of the help.
constexpr Command kCommands[] = {
    {"train", train_command},           {"translate", translate_command}, {"serve", serve_command},
    {"evaluate", evaluate_command},     {"score", score_command},         {"rerank", rerank_command},
    {"shortlist", shortlist_command},   {"quantize", quantize_command},   {"average", average_command},
    {"calibrate", calibrate_command},   {"import", import_command},       {"export", export_command},
    {"attention", attention_command},   {"heads", heads_command},         {"info", info_command},
    {"corpus", corpus_command},         {"seal", seal_command},           {"doctor", doctor_command},
    {"completion", completion_command}, {"manual", manual_command}};

int run_one(std::string_view name, const std::vector<std::string>& arguments) {
  const auto* const found = std::ranges::find(kCommands, name, &Command::name);
  if (found == std::end(kCommands)) throw std::logic_error(fmt::format("no command is called {}", name));
  return found->run(arguments);
}

// A command may change which signals the process hears, before it looks at what it is asked for.
class SignalMask {
 public:
  SignalMask() { pthread_sigmask(SIG_SETMASK, nullptr, &mask_); }
  ~SignalMask() { pthread_sigmask(SIG_SETMASK, &mask_, nullptr); }
  SignalMask(const SignalMask&) = delete;
  SignalMask& operator=(const SignalMask&) = delete;

 private:
  sigset_t mask_;
};

CommandDescription describe(const CommandSummary& command) {
  try {
    run_one(command.name, {std::string(kDescribe)});
  } catch (CommandDescription& description) {
    description.purpose = command.summary;
    return description;
  }
  throw std::logic_error(fmt::format("{} does not describe itself", command.name));
}

}  // namespace

int run_command(const std::vector<std::string>& arguments) {
  return run_program(arguments, run_one, describe_failure);
}

std::vector<CommandDescription> describe_commands() {
  const SignalMask mask;
  std::vector<CommandDescription> descriptions;
  for (const CommandSummary& command : command_summaries()) descriptions.push_back(describe(command));
  return descriptions;
}

}  // namespace dragoman
