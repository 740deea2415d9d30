#include "app/commands.h"

#include "app/cli/command_line.h"
#include "app/cli/failure.h"
#include "app/cli/output.h"
#include "app/cli/signals.h"
#include "app/cli/synonyms.h"

#include <csignal>
#include <cstdio>
#include <exception>
#include <fmt/format.h>
#include <stdexcept>
#include <string_view>

namespace dragoman {
namespace {

struct Command {
  const char* name;
  int (*run)(const std::vector<std::string>&);
};

constexpr Command kCommands[] = {
    {"train", train_command},         {"translate", translate_command}, {"serve", serve_command},
    {"evaluate", evaluate_command},   {"score", score_command},         {"rerank", rerank_command},
    {"shortlist", shortlist_command}, {"quantize", quantize_command},   {"average", average_command},
    {"calibrate", calibrate_command}, {"import", import_command},       {"export", export_command},
    {"attention", attention_command}, {"heads", heads_command},         {"info", info_command},
    {"seal", seal_command},           {"corpus", corpus_command}};

constexpr std::string_view kHelp =
    R"(Dragoman: machine translation, from a parallel corpus to a translated file and its score.

  dragoman train      learns a model from source and target files
  dragoman translate  translates text with a model, line by line
  dragoman serve      serves translations over HTTP, with a page for people
  dragoman evaluate   scores and compares translations against references (BLEU, chrF, TER, ROUGE)
  dragoman score      gives the model's score of translations that are there already
  dragoman rerank     learns how much other models count in the choice among translations
  dragoman shortlist  learns which words may translate which, for a faster search
  dragoman quantize   writes a model in a smaller type
  dragoman average    writes the mean of models' weights
  dragoman calibrate  learns how good translations are where a model is how sure of them
  dragoman import     makes a model of one that another program has written
  dragoman export     writes a model for another program
  dragoman attention  shows where a model looks, and which words come from which
  dragoman heads      measures how much a model needs its attention heads, and prunes some
  dragoman info       tells what a model is
  dragoman corpus     says what is in a parallel corpus, and cleans it
  dragoman seal       accepts the files of a model as they are, an edited config.json for one

  dragoman COMMAND --help lists a command's usual options, --help all the rest; dragoman --version prints the version.

Exit codes: 0 done, 1 failed, 2 wrong usage, 130 or 143 stopped by SIGINT or SIGTERM.
)";

int run_named(const std::vector<std::string>& arguments) {
  if (arguments.empty()) {
    throw std::invalid_argument(
        "name a command: train, translate, serve, evaluate, score, rerank, shortlist, quantize, average, calibrate, "
        "import, "
        "export, attention, heads, info, corpus or seal (see dragoman --help)");
  }
  const std::string& name = arguments.front();
  if (name == "--help" || name == "-h") {
    print(kHelp);
    return 0;
  }
  if (name == "--version") {
    print(version_text());
    return 0;
  }
  std::vector<std::string> known;
  for (const Command& command : kCommands) {
    if (name == command.name) return command.run({arguments.begin() + 1, arguments.end()});
    known.push_back(command.name);
  }
  if (name == "help" && arguments.size() > 1) return run_named({arguments[1], "--help"});
  if (name == "help") return run_named({"--help"});
  const std::string meant = meant_command(name, known);
  throw std::invalid_argument(fmt::format("unknown command '{}'{} (see dragoman --help)", name,
                                          meant.empty() ? "" : "; the nearest is " + meant));
}

}  // namespace

int run_command(const std::vector<std::string>& arguments) {
  try {
    return run_named(arguments);
  } catch (const ClosedPipe&) {
    // End as the signal would have ended us, which callers take for what it is.
    std::signal(SIGPIPE, SIG_DFL);
    std::raise(SIGPIPE);
    return 128 + SIGPIPE;
  } catch (const Stopped& stopped) {
    std::fprintf(stderr, "dragoman: %s\n", stopped.what());
    return stopped.exit_code();
  } catch (const std::exception& error) {
    const Failure failure = describe_failure(error);
    std::fprintf(stderr, "dragoman: %s\n", failure.message.c_str());
    return failure.exit_code;
  }
}

}  // namespace dragoman
