#include "app/cli/failure.h"
#include "app/commands.h"

#include <algorithm>
#include <csignal>
#include <fmt/format.h>
#include <pthread.h>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {
namespace {

constexpr Command kCommands[] = {
    {"train", "learns a model from source and target files", train_command},
    {"translate", "translates text with a model, line by line", translate_command},
    {"serve", "serves translations over HTTP, with a page for people", serve_command},
    {"evaluate", "scores and compares translations against references (BLEU, chrF, TER, ROUGE)", evaluate_command},
    {"score", "gives the model's score of translations that are there already", score_command},
    {"rerank", "learns how much other models count in the choice among translations", rerank_command},
    {"shortlist", "learns which words may translate which, for a faster search", shortlist_command},
    {"quantize", "writes a model in a smaller type", quantize_command},
    {"average", "writes the mean of models' weights", average_command},
    {"calibrate", "learns how good translations are where a model is how sure of them", calibrate_command},
    {"import", "makes a model of one that another program has written", import_command},
    {"export", "writes a model for another program", export_command},
    {"attention", "shows where a model looks, and which words come from which", attention_command},
    {"heads", "measures how much a model needs its attention heads, and prunes some", heads_command},
    {"info", "tells what a model is", info_command},
    {"corpus", "says what is in a parallel corpus, and cleans it", corpus_command},
    {"seal", "accepts the files of a model as they are, an edited config.json for one", seal_command},
    {"doctor", "tells what a report of a problem should tell of this machine, and what is wrong", doctor_command},
    {"completion", "prints what makes a shell complete commands, options and values", completion_command},
    {"manual", "prints manual pages", manual_command}};

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

CommandDescription describe(const Command& command) {
  try {
    command.run({std::string(kDescribe)});
  } catch (CommandDescription& description) {
    description.purpose = command.summary;
    return description;
  }
  throw std::logic_error(fmt::format("{} does not describe itself", command.name));
}

}  // namespace

std::span<const Command> all_commands() {
  return kCommands;
}

std::string program_help() {
  std::string text = "Dragoman: machine translation, from a parallel corpus to a translated file and its score.\n\n";
  std::size_t width = 0;
  for (const Command& command : kCommands) width = std::max(width, command.name.size());
  for (const Command& command : kCommands)
    text += fmt::format("  dragoman {:<{}}  {}\n", command.name, width, command.summary);
  return text +
         "\ndragoman COMMAND --help lists a command's usual options, --help all the rest; "
         "dragoman --version prints the version.\n\nExit codes: " +
         std::string(kExitCodes) + "\n";
}

std::vector<CommandDescription> describe_commands() {
  const SignalMask mask;
  std::vector<CommandDescription> descriptions;
  for (const Command& command : kCommands) descriptions.push_back(describe(command));
  return descriptions;
}

}  // namespace dragoman
