#include "app/cli/command_line.h"
#include "app/cli/log.h"
#include "app/cli/output.h"
#include "app/commands.h"
#include "formats/model_directory.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <string>
#include <vector>

namespace dragoman {
namespace {

constexpr const char* kSealSummary =
    R"(Accepts the files of a model directory as they are: after config.json was edited, or a file was put there by hand.
They must fit each other. Their sizes and checksums go into manifest.json, with which all commands compare them.

  dragoman seal --model DIR)";

}  // namespace

int seal_command(const std::vector<std::string>& arguments) {
  std::string model;
  bool quiet = false;
  CommandLine line("seal", kSealSummary);
  line.add("model,m", model, "DIR", "the model directory").required = true;
  line.add("quiet,q", quiet, "nothing on stderr but errors");
  if (const auto text = line.parse(arguments)) {
    print(*text);
    return 0;
  }
  const std::vector<std::string> names = seal(model);
  Log(quiet).line(fmt::format("dragoman: sealed {}: {}", model, fmt::join(names, ", ")));
  return 0;
}

}  // namespace dragoman
