#include "app/cli/command_line.h"
#include "app/cli/log.h"
#include "app/cli/output.h"
#include "app/cli/signals.h"
#include "app/commands.h"
#include "app/model_option.h"
#include "decoding/search/search_options.h"
#include "formats/ctranslate2/ctranslate2_export.h"
#include "formats/huggingface/hugging_face_export.h"
#include "formats/marian/marian_export.h"

#include <fmt/format.h>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {
namespace {

constexpr const char* kExportSummary = R"(Writes a model for another program.

  dragoman export --model DIR --format ctranslate2 --output OTHER
  dragoman export --model DIR --format huggingface --output OTHER
  dragoman export --model DIR --format marian --output OTHER)";

enum class Format { ctranslate2, huggingface, marian };

const char* name_of(Format format) {
  return format == Format::ctranslate2 ? "a model of CTranslate2"
         : format == Format::marian    ? "a model of Marian"
                                       : "a Hugging Face model";
}

std::vector<std::string> write(Format format, const std::string& output, const LoadedWeights& loaded,
                               const StopCheck& stop) {
  ModelConfig config = loaded.config;
  if (!config.decoding.beam_size) config.decoding.beam_size = SearchOptions{}.beam_size;
  if (!config.decoding.length_penalty) config.decoding.length_penalty = SearchOptions{}.length_penalty;
  switch (format) {
    case Format::ctranslate2:
      return export_ctranslate2(output, config, loaded.weights, loaded.tokenizers, stop);
    case Format::huggingface:
      return export_hugging_face(output, config, loaded.weights, loaded.tokenizers, stop);
    case Format::marian:
      return export_marian(output, config, loaded.weights, loaded.tokenizers, stop);
  }
  throw std::logic_error("a format that nobody writes");
}

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
  line.choose<Format>(
      "format", format,
      {{"ctranslate2", Format::ctranslate2}, {"huggingface", Format::huggingface}, {"marian", Format::marian}},
      "whose form of a model");
  line.add("quiet,q", quiet, "nothing on stderr but errors");
  if (const auto text = line.parse(arguments)) {
    print(*text);
    return 0;
  }
  const LoadedWeights loaded = load_weights(choice.model, choice.load_options());
  std::vector<std::string> notes;
  do_stoppably([&](const StopCheck& stop) { notes = write(format, output, loaded, stop); });
  Log log(quiet);
  log.line(fmt::format("dragoman: wrote {}, {}", output, name_of(format)));
  for (const std::string& note : notes) log.line("  " + note);
  return 0;
}

}  // namespace dragoman
