#include "app/command_line.h"
#include "app/commands.h"
#include "app/log.h"
#include "app/output.h"
#include "model/ctranslate2_export.h"

#include <filesystem>
#include <fmt/format.h>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {
namespace {

constexpr const char* kSummary = R"(Writes a model for another program.

  dragoman export --model DIR --format ctranslate2 --output OTHER)";

enum class Format { ctranslate2 };

}  // namespace

int export_command(const std::vector<std::string>& arguments) {
  std::string model, output;
  Format format = Format::ctranslate2;
  bool quiet = false;
  CommandLine line("export", kSummary);
  line.add("model,m", model, "DIR", "the model directory").required = true;
  line.add("output,o", output, "DIR", "the folder to write, made if it is missing").required = true;
  line.choose<Format>("format", format, {{"ctranslate2", Format::ctranslate2}}, "whose form of a model");
  line.add("quiet,q", quiet, "nothing on stderr but errors");
  if (const auto text = line.parse(arguments)) {
    print(*text);
    return 0;
  }
  if (std::filesystem::exists(std::filesystem::path(output) / "model.safetensors")) {
    throw std::invalid_argument(fmt::format("--output {}: holds a model of this program; choose another", output));
  }
  const LoadedWeights loaded = load_weights(model);
  export_ctranslate2(output, loaded.config, loaded.weights, loaded.tokenizers);
  Log(quiet).line(fmt::format("dragoman: wrote {}, a model of CTranslate2; sentences go in as pieces of {}", output,
                              loaded.tokenizers.joint() ? "tokenizer.spm" : "source.spm"));
  return 0;
}

}  // namespace dragoman
