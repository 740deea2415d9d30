#include "app/cli/command_line.h"
#include "app/cli/log.h"
#include "app/cli/output.h"
#include "app/cli/signals.h"
#include "app/commands.h"
#include "app/measured_translation.h"
#include "app/model_option.h"
#include "app/translation_options.h"
#include "base/check_range.h"
#include "formats/model_directory.h"
#include "formats/stored_weights.h"
#include "formats/weight_assignment.h"
#include "formats/weight_mean.h"
#include "model/architecture.h"
#include "training/course/training_directory.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <fmt/format.h>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {
namespace {

namespace fs = std::filesystem;

constexpr const char* kAverageSummary =
    R"(Writes the mean of the weights of models of one shape, checkpoints of one training above all, as a new model.

  dragoman average --model en-de --checkpoints 5 --output mean
  dragoman average --model en-de/training/step-00001200.safetensors en-de/training/step-00001400.safetensors --output mean
  dragoman average --model general tuned --weights 1 3 --output mean --source val.en --reference val.de)";

struct AverageOptions {
  TranslationOptions translation;
  std::vector<std::string> models;
  int checkpoints = 0;
  std::vector<double> weights;
  std::string output, source, reference;
  bool quiet = false;

  void validate() const {
    translation.translator.validate();
    check_range("--checkpoints", checkpoints, 0, 100000);
    if (source.empty() != reference.empty()) throw std::invalid_argument("--source and --reference need each other");
    if (checkpoints > 0 && models.size() > 1)
      throw std::invalid_argument("--checkpoints are those of one --model's training; name that alone");
    const std::size_t count = checkpoints > 0 ? static_cast<std::size_t>(checkpoints) : models.size();
    if (count < 2)
      throw std::invalid_argument("the mean of one model is that model; name several --model, or give --checkpoints N");
    if (weights.empty()) return;
    if (weights.size() != count)
      throw std::invalid_argument(fmt::format("--weights are {}, but there are {} models", weights.size(), count));
    for (const double weight : weights) {
      if (!(weight > 0) || !std::isfinite(weight))
        throw std::invalid_argument(fmt::format("--weights: {} must be above 0; leave that model out", weight));
    }
  }
};

void add_options(CommandLine& line, AverageOptions& options) {
  line.group("Files");
  Option& models = line.add("model,m", options.models, "PATH",
                            "model directories, or files of weights that a training has kept in MODEL/training");
  models.required = models.common = true;
  line.add("checkpoints", options.checkpoints, "N",
           "of one --model: the last N weights that its training has kept (--keep-last and --keep-best of train)")
      .common = true;
  line.add("weights", options.weights, "X", "of each in the mean, above 0; not given: all alike").common = true;
  Option& output = line.add("output,o", options.output, "DIR", "the model directory to write, made if it is missing");
  output.required = output.writes = true;
  add_unvalidated_option(line, options.translation);
  line.group("Report");
  line.add("source,s", options.source, "FILE", "translate this with each model directory and with the mean");
  line.add("reference,r", options.reference, "FILE", "and compare their BLEU against this, and their speed");
  line.add("beam-size,b", options.translation.translator.search.beam_size, "N", "hypotheses kept for each sentence");
  line.add("threads", options.translation.threads, "N", "processor cores to use; 0: all");
  line.add("quiet,q", options.quiet, "nothing on stderr but errors");
}

/// Weights, and the model directory that says what they are.
struct Part {
  fs::path model, file;

  bool is_checkpoint() const { return file != weights_file(model); }
};

Part part_of(const std::string& path) {
  if (!fs::is_regular_file(path)) return {path, weights_file(path)};
  const fs::path file = fs::absolute(path).lexically_normal(), folder = file.parent_path();
  if (folder != TrainingDirectory::log_folder(folder.parent_path())) {
    throw std::runtime_error(fmt::format(
        "{}: is in no training of a model directory, MODEL/training; name the directory of its model", path));
  }
  return {folder.parent_path(), path};
}

std::vector<Part> parts_of(const AverageOptions& options) {
  std::vector<Part> parts;
  if (options.checkpoints == 0) {
    for (const std::string& path : options.models) parts.push_back(part_of(path));
    return parts;
  }
  const std::string& model = options.models.front();
  const std::vector<fs::path> kept = TrainingDirectory::kept_weights(model);
  const auto wanted = static_cast<std::size_t>(options.checkpoints);
  if (kept.size() < wanted) {
    throw std::runtime_error(
        fmt::format("{}: its training has kept {} weights, fewer than --checkpoints {}; --keep-last of train says how "
                    "many it keeps",
                    model, kept.size(), wanted));
  }
  for (std::size_t i = kept.size() - wanted; i < kept.size(); ++i) parts.push_back({model, kept[i]});
  return parts;
}

// Without what decides nothing of what the weights compute.
ModelConfig shape_of(ModelConfig config) {
  const ModelConfig plain;
  config.trained_on = plain.trained_on;
  config.decoding = plain.decoding;
  config.dropout = config.attention_dropout = config.activation_dropout = config.layer_dropout = 0;
  config.embedding_dropout = std::nullopt;
  return config;
}

void require_same_model(const LoadedWeights& first, const LoadedWeights& other, const Part& part,
                        const Part& of_first) {
  const auto refuse = [&](const char* what) {
    throw std::runtime_error(fmt::format("{}: {} than {}; the mean is of models of one shape and vocabulary",
                                         part.model.string(), what, of_first.model.string()));
  };
  const Tokenizers &a = first.tokenizers, &b = other.tokenizers;
  if (!a.source.has_files_of(b.source) || !a.target.has_files_of(b.target)) refuse("has another vocabulary");
  if (shape_of(first.config) != shape_of(other.config)) refuse("its config.json is of another model");
}

void write_mean(const AverageOptions& options, const std::vector<Part>& parts) {
  const LoadOptions loading = options.translation.load_options();
  const LoadedWeights first = load_weights(parts.front().model, loading);
  const auto shape = create_model(first.config, std::nullopt);
  WeightMean mean;
  bool validated = true;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Part& part = parts[i];
    LoadedWeights loaded = part.model == parts.front().model ? first : load_weights(part.model, loading);
    require_same_model(first, loaded, part, parts.front());
    if (part.is_checkpoint()) {
      loaded.weights = load_safetensors(part.file);
      require_sizes(first.config, loaded.weights, part.file);
      require_all_used(*shape, loaded.weights, part.file);
    }
    if (stored_type(loaded.weights) != WeightType::fp32) {
      throw std::runtime_error(fmt::format("{}: is in {}; average the models that such were made from",
                                           part.file.string(), to_string(stored_type(loaded.weights))));
    }
    validated = validated && loaded.validated();
    mean.add(loaded.weights, part.file, options.weights.empty() ? 1 : options.weights[i]);
  }
  do_stoppably([&](const StopCheck& stop) {
    write_model_directory(options.output, "dragoman average", first.config, first.tokenizers, mean.result(), validated,
                          stop);
  });
}

void report(const CommandLine& line, const AverageOptions& options, const MeasuredTranslation& measured, Log& log) {
  std::vector<std::string> models;
  for (const std::string& path : options.models) {
    if (!fs::is_regular_file(path)) models.push_back(path);
  }
  models.push_back(options.output);
  for (const std::string& model : models) {
    TranslationOptions translation = options.translation;
    translation.model = model;
    follow_model(line, load_config(model), translation);
    print(fmt::format("{}: {}\n", model, measured.measure(translation, log.notice("dragoman: "))));
  }
}

}  // namespace

int average_command(const std::vector<std::string>& arguments) {
  AverageOptions options;
  CommandLine line("average", kAverageSummary);
  add_options(line, options);
  if (const auto text = line.parse(arguments)) {
    print(*text);
    return 0;
  }
  options.validate();
  std::optional<MeasuredTranslation> measured;
  if (!options.source.empty()) measured.emplace(options.source, options.reference);
  Log log(options.quiet);
  const std::vector<Part> parts = parts_of(options);
  if (measured) require_source(load_config(parts.front().model));
  write_mean(options, parts);
  log.line(fmt::format("dragoman: {} is the mean of {} models", options.output, parts.size()));
  if (measured) report(line, options, *measured, log);
  return 0;
}

}  // namespace dragoman
