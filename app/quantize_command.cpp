#include "app/cli/command_line.h"
#include "app/cli/log.h"
#include "app/cli/output.h"
#include "app/cli/signals.h"
#include "app/commands.h"
#include "app/measured_translation.h"
#include "app/translation_options.h"
#include "formats/model_directory.h"
#include "formats/stored_weights.h"
#include "model/architecture.h"

#include <filesystem>
#include <fmt/format.h>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {
namespace {

namespace fs = std::filesystem;

constexpr const char* kQuantizeSummary = R"(Writes a model in a smaller type, and says what that costs in BLEU.

  dragoman quantize --model DIR --output OTHER --precision int8 --source val.en --reference val.de)";

struct QuantizeOptions {
  TranslationOptions translation;
  WeightType precision = WeightType::int8;
  std::string output, source, reference;
  bool quiet = false;

  void validate() const {
    translation.translator.validate();
    if (source.empty() != reference.empty()) throw std::invalid_argument("--source and --reference need each other");
  }
};

void add_options(CommandLine& line, QuantizeOptions& options) {
  line.group("Files");
  add_model_option(line, options.translation).required = true;
  Option& output = line.add("output,o", options.output, "DIR", "the model directory to write, made if it is missing");
  output.required = output.writes = true;
  line.choose<WeightType>("precision", options.precision, {{"int8", WeightType::int8}, {"bf16", WeightType::bf16}},
                          "of the matrices: int8 takes a quarter of the place that fp32 takes, bf16 half");
  line.group("Report");
  line.add("source,s", options.source, "FILE", "translate this with both models");
  line.add("reference,r", options.reference, "FILE", "and compare their BLEU against this, and their speed");
  line.add("beam-size,b", options.translation.translator.search.beam_size, "N", "hypotheses kept for each sentence");
  line.add("threads", options.translation.threads, "N", "processor cores to use; 0: all");
  line.add("quiet,q", options.quiet, "nothing on stderr but errors");
}

void write_quantised(const QuantizeOptions& options) {
  const LoadedWeights loaded = load_weights(options.translation.model, options.translation.load_options());
  if (stored_type(loaded.weights) != WeightType::fp32) {
    throw std::runtime_error(fmt::format("{}: is in {} already; quantize the model it was made from",
                                         options.translation.model, to_string(stored_type(loaded.weights))));
  }
  const NamedTensors weights = stored_as(options.precision, loaded.weights.tensors);
  do_stoppably([&](const StopCheck& stop) {
    write_model_directory(options.output, "dragoman quantize", loaded.config, loaded.tokenizers, weights,
                          loaded.validated(), stop);
  });
}

}  // namespace

int quantize_command(const std::vector<std::string>& arguments) {
  QuantizeOptions options;
  CommandLine line("quantize", kQuantizeSummary);
  add_options(line, options);
  if (const auto text = line.parse(arguments)) {
    print(*text);
    return 0;
  }
  options.validate();
  std::optional<MeasuredTranslation> measured;
  if (!options.source.empty()) {
    require_source(load_config(options.translation.model));
    measured.emplace(options.source, options.reference);
  }
  Log log(options.quiet);
  write_quantised(options);
  follow_model(line, load_config(options.translation.model), options.translation);
  const auto report = [&](std::string_view type, const std::string& model) {
    const auto bytes = static_cast<double>(fs::file_size(weights_file(model)));
    TranslationOptions translation = options.translation;
    translation.model = model;
    log.line(fmt::format("{}: {:.1f} MB{}", type, bytes / 1e6,
                         measured ? ", " + measured->measure(translation, log.notice("dragoman: ")) : ""));
  };
  report("fp32", options.translation.model);
  report(to_string(options.precision), options.output);
  return 0;
}

}  // namespace dragoman
