#include "app/command_list.h"

#include "app/cli/failure.h"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>

namespace dragoman {
namespace {

constexpr CommandSummary kCommands[] = {
    {"train", "learns a model from source and target files"},
    {"translate", "translates text with a model, line by line"},
    {"serve", "serves translations over HTTP, with a page for people"},
    {"evaluate", "scores and compares translations against references (BLEU, chrF, TER, ROUGE)"},
    {"score", "gives the model's score of translations that are there already"},
    {"rerank", "learns how much other models count in the choice among translations"},
    {"shortlist", "learns which words may translate which, for a faster search"},
    {"quantize", "writes a model in a smaller type"},
    {"average", "writes the mean of models' weights"},
    {"calibrate", "learns how good translations are where a model is how sure of them"},
    {"import", "makes a model of one that another program has written"},
    {"export", "writes a model for another program"},
    {"attention", "shows where a model looks, and which words come from which"},
    {"heads", "measures how much a model needs its attention heads, and prunes some"},
    {"info", "tells what a model is"},
    {"corpus", "says what is in a parallel corpus, and cleans it"},
    {"seal", "accepts the files of a model as they are, an edited config.json for one"},
    {"doctor", "tells what a report of a problem should tell of this machine, and what is wrong"},
    {"completion", "prints what makes a shell complete commands, options and values"},
    {"manual", "prints manual pages"}};

}  // namespace

std::span<const CommandSummary> command_summaries() {
  return kCommands;
}

std::string program_help() {
  std::string text = "Dragoman: machine translation, from a parallel corpus to a translated file and its score.\n\n";
  std::size_t width = 0;
  for (const CommandSummary& command : kCommands) width = std::max(width, command.name.size());
  for (const CommandSummary& command : kCommands)
    text += fmt::format("  dragoman {:<{}}  {}\n", command.name, width, command.summary);
  return text +
         "\ndragoman COMMAND --help lists a command's usual options, --help all the rest; "
         "dragoman --version prints the version.\n\nExit codes: " +
         std::string(kExitCodes) + "\n";
}

}  // namespace dragoman
