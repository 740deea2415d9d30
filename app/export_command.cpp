#include "app/cli/command_line.h"
#include "app/cli/log.h"
#include "app/cli/output.h"
#include "app/cli/signals.h"
#include "app/commands.h"
#include "app/model_option.h"
#include "formats/ctranslate2/ctranslate2_export.h"

#include <fmt/format.h>
#include <string>
#include <vector>

namespace dragoman {
namespace {

constexpr const char* kExportSummary = R"(Writes a model for another program.

  dragoman export --model DIR --format ctranslate2 --output OTHER)";

enum class Format { ctranslate2 };

}  // namespace

int export_command(const std::vector<std::string>& arguments) {
  ModelChoice choice;
  std::string output;
  Format format = Format::ctranslate2;
  bool quiet = false;
  CommandLine line("export", kExportSummary);
  add_model_option(line, choice).required = true;
  Option& written = line.add("output,o", output, "DIR", "the folder to write, made if it is missing");
  written.required = written.writes = true;
  line.choose<Format>("format", format, {{"ctranslate2", Format::ctranslate2}}, "whose form of a model");
  line.add("quiet,q", quiet, "nothing on stderr but errors");
  if (const auto text = line.parse(arguments)) {
    print(*text);
    return 0;
  }
  const LoadedWeights loaded = load_weights(choice.model, choice.load_options());
  std::vector<std::string> notes;
  do_stoppably([&](const StopCheck& stop) {
    notes = export_ctranslate2(output, loaded.config, loaded.weights, loaded.tokenizers, stop);
  });
  Log log(quiet);
  log.line(fmt::format("dragoman: wrote {}, a model of CTranslate2", output));
  for (const std::string& note : notes) log.line("  " + note);
  return 0;
}

}  // namespace dragoman
