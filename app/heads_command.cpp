#include "app/attention/attention_view.h"
#include "app/cli/command_line.h"
#include "app/cli/log.h"
#include "app/cli/output.h"
#include "app/cli/signals.h"
#include "app/commands.h"
#include "app/measured_translation.h"
#include "app/translation_options.h"
#include "base/check_range.h"
#include "base/parallel.h"
#include "data/line_reader.h"
#include "data/parallel_corpus.h"
#include "formats/model_directory.h"
#include "formats/stored_weights.h"
#include "formats/weight_assignment.h"
#include "metrics/text_table.h"
#include "model/architecture.h"
#include "model/device.h"
#include "training/loss/head_importance.h"

#include <algorithm>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {
namespace {

constexpr const char* kHeadsSummary =
    R"(Tells how much a model needs each of its attention heads, and can prune those that it needs least.
The table has a row for each attention: the Euclidean norm of its heads' importance, and each head's part of it.
Importance is the mean over the pairs of |dL/df|: L the negative log-likelihood of a target, f a factor on the head's
output.

  dragoman heads --model DIR --source val.en --target val.de
  dragoman heads --model DIR --source val.en --target val.de --prune 4 --output OTHER)";

// Of a pass with gradients.
constexpr int kBatchTokens = 2048;

struct HeadsOptions {
  TranslationOptions translation;
  std::string source, target, output;
  int prune = 0;
  bool quiet = false;

  void validate() const {
    translation.translator.validate();
    check_range("--prune", prune, 0, 100000);
    if (source == "-" || target == "-")
      throw std::invalid_argument("--source and --target are read twice; name files, not '-' (stdin)");
    if ((prune > 0) != !output.empty()) throw std::invalid_argument("--prune and --output need each other");
  }
};

void add_options(CommandLine& line, HeadsOptions& options) {
  line.group("Files");
  add_model_option(line, options.translation).required = true;
  line.add("source,s", options.source, "FILE", "text to measure on, plain or .gz").required = true;
  line.add("target,t", options.target, "FILE", "its translations, line by line").required = true;
  add_language_options(line, options.translation);
  line.group("Pruning");
  line.add(
      "prune", options.prune, "N",
      "heads, those with the smallest shares, that put out nothing in the model that --output names: the columns of "
      "the output projection that read them become zero. The file keeps its size, and translation its speed");
  line.add("output,o", options.output, "DIR",
           "the model directory to write, made if it is missing; its BLEU on this text is compared with the model's")
      .writes = true;
  line.add("beam-size,b", options.translation.translator.search.beam_size, "N", "hypotheses kept for each sentence");
  line.add("threads", options.translation.threads, "N", "processor cores to translate with; 0: all");
  line.choose<std::string>("device", options.translation.device, {{"auto", "auto"}, {"cpu", "cpu"}, {"cuda", "cuda"}},
                           "where to compute; auto: on a GPU if there is one");
  line.add("quiet,q", options.quiet, "nothing on stderr but errors");
}

// With weights as they were trained, which gradients can pass.
std::shared_ptr<Seq2SeqModel> differentiable_model(const LoadedWeights& loaded, const HeadsOptions& options) {
  const std::string& directory = options.translation.model;
  std::shared_ptr<Seq2SeqModel> model = create_model(loaded.config, std::nullopt);
  assign_weights(*model, loaded.weights, weights_file(directory));
  model->to(device_named(options.translation.device));
  model->eval();
  return model;
}

std::vector<HeadImportance> measure(const HeadsOptions& options, const LoadedWeights& loaded, Log& log) {
  require_source(loaded.config);
  FilterOptions filter;
  if (const auto longest = loaded.config.longest_sentence())
    filter.max_length = std::min(filter.max_length, *longest - 1);
  FilterReport report;
  const ParallelText text = read_parallel({{options.source}, {options.target}, {}}, log.notice("dragoman: "));
  const TokenizedCorpus corpus =
      tokenize(text, loaded.tokenizers.source, loaded.tokenizers.target, filter, available_cores(), report);
  if (report.dropped() > 0) log.line("dragoman: " + report.describe());
  if (corpus.size() == 0) throw std::runtime_error(fmt::format("{}: no pair is left to measure on", options.source));
  return head_importance(*differentiable_model(loaded, options),
                         text_frame(loaded.config, options.translation.translator.languages), corpus.pairs(),
                         kBatchTokens);
}

std::string table_text(const std::vector<HeadImportance>& importance) {
  std::size_t most = 0;
  for (const HeadImportance& site : importance) most = std::max(most, site.heads.size());
  TextTable table{{"attention", "layer", "norm"}};
  for (std::size_t head = 0; head < most; ++head) table.front().push_back(fmt::format("head {}", head));
  for (const HeadImportance& site : importance) {
    const double norm = site.norm();
    std::vector<std::string>& row = table.emplace_back(std::vector<std::string>{
        std::string(to_string(site.site.kind)), fmt::format("{}", site.site.layer), fmt::format("{:.4f}", norm)});
    for (const double head : site.heads) row.push_back(fmt::format("{:.3f}", norm > 0 ? head / norm : 0.0));
  }
  return format_columns(table);
}

void write_pruned(const HeadsOptions& options, const LoadedWeights& loaded, const std::vector<Head>& heads) {
  const NamedTensors weights = without_heads(loaded.weights.tensors, heads, loaded.config);
  do_stoppably([&](const StopCheck& stop) {
    write_model_directory(options.output, "dragoman heads", loaded.config, loaded.tokenizers, weights,
                          loaded.validated(), stop);
  });
}

void compare(const HeadsOptions& options, const MeasuredTranslation& measured, Log& log) {
  const auto report = [&](std::string_view name, const std::string& model) {
    TranslationOptions translation = options.translation;
    translation.model = model;
    print(fmt::format("{}: {}\n", name, measured.measure(translation, log.notice("dragoman: "))));
  };
  report("all heads", options.translation.model);
  report(fmt::format("without {}", options.prune), options.output);
}

}  // namespace

int heads_command(const std::vector<std::string>& arguments) {
  HeadsOptions options;
  CommandLine line("heads", kHeadsSummary);
  add_options(line, options);
  if (const auto text = line.parse(arguments)) {
    print(*text);
    return 0;
  }
  options.validate();
  require_readable_again(options.source);
  require_readable_again(options.target);
  Log log(options.quiet);
  const MeasuredTranslation measured(options.source, options.target);
  const LoadedWeights loaded = load_weights(options.translation.model, options.translation.load_options());
  if (options.prune > 0 && stored_type(loaded.weights) != WeightType::fp32) {
    throw std::runtime_error(fmt::format("{}: is in {}; prune the model it was made from", options.translation.model,
                                         to_string(stored_type(loaded.weights))));
  }
  follow_model(line, loaded.config, options.translation);
  const std::vector<HeadImportance> importance = measure(options, loaded, log);
  const std::vector<Head> least = least_important(importance, static_cast<std::size_t>(options.prune));
  print(table_text(importance));
  if (options.prune == 0) return 0;
  std::string names;
  for (const auto& [site, number] : least)
    names += fmt::format("{}{} {} head {}", names.empty() ? "" : ", ", to_string(site.kind), site.layer, number);
  print(fmt::format("pruned: {}\n", names));
  write_pruned(options, loaded, least);
  compare(options, measured, log);
  return 0;
}

}  // namespace dragoman
