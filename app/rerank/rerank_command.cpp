#include "app/cli/command_line.h"
#include "app/cli/log.h"
#include "app/cli/output.h"
#include "app/commands.h"
#include "app/ensemble_options.h"
#include "app/ready_translator.h"
#include "app/rerank/ready_reranker.h"
#include "app/risk_metric.h"
#include "data/line_counts.h"
#include "data/line_reader.h"
#include "metrics/weight_tuning.h"

#include <fmt/format.h>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

constexpr const char* kRerankSummary =
    R"(Learns how much other models should count in the choice among a model's best translations: the file that
translate --rerank reads. The weights are those with which the validation text is translated best.

  dragoman rerank --model en-de --reverse de-en --source val.en --reference val.de --output rerank.yaml
  dragoman translate --model en-de --rerank rerank.yaml <test.en >test.de)";

// Of the validation text: fewer give weights that are as good for it, and worse for others.
constexpr int kSamples = 15;

struct RerankOptions {
  TranslationOptions translation;
  std::vector<std::string> forward, reverse, language_models, references;
  std::string source, output;
  RiskMetric metric = RiskMetric::bleu;
  bool quiet = false;
};

void add_options(CommandLine& line, RerankOptions& options) {
  line.group("Files");
  add_models_option(line, options.translation, "source", "the model that translates").required = true;
  line.add("reverse", options.reverse, "DIR", "models of the other direction: how well a translation tells its source")
      .common = true;
  line.add("forward", options.forward, "DIR", "other models of this direction, whatever their vocabularies").common =
      true;
  line.add("language-model", options.language_models, "DIR", "models of the target language alone").common = true;
  line.add("source,s", options.source, "FILE", "text to learn on, that of a validation").required = true;
  line.add("reference,r", options.references, "FILE", "its translations; several files are several references")
      .required = true;
  Option& output = line.add("output,o", options.output, "FILE", "the weights, for translate --rerank");
  output.required = output.writes = true;
  line.group("Learning");
  line.choose<RiskMetric>("metric", options.metric,
                          {{"bleu", RiskMetric::bleu}, {"chrf", RiskMetric::chrf}, {"ter", RiskMetric::ter}},
                          "of the whole text, that the weights are to make the best of")
      .common = true;
  line.add("candidates", options.translation.candidates, "N", "translations of each line to choose from; 0: 10")
      .common = true;
  line.add("quiet,q", options.quiet, "no warnings, nothing on stderr but errors").common = true;
  add_translation_options(line, options.translation);
  add_ensemble_options(line, options.translation);
  add_splitting_option(line, options.translation);
}

// Without weights yet.
RerankRecipe recipe_of(const RerankOptions& options) {
  RerankRecipe recipe;
  for (const std::string& model : options.reverse) recipe.models.push_back({model, ScoringDirection::reverse, 0});
  for (const std::string& model : options.forward) recipe.models.push_back({model, ScoringDirection::forward, 0});
  for (const std::string& model : options.language_models)
    recipe.models.push_back({model, ScoringDirection::language_model, 0});
  if (recipe.models.empty())
    throw std::invalid_argument("name models that rerank, by --reverse, --forward or --language-model");
  return recipe;
}

ReferenceStreams read_references(const RerankOptions& options, std::size_t lines) {
  ReferenceStreams references;
  for (const std::string& file : options.references) {
    references.push_back(read_lines(file, Utf8::refuse));
    check_same_length(options.source, std::ssize(references.back()), file, static_cast<std::int64_t>(lines));
  }
  return references;
}

std::vector<TuningLine> tuning_lines(const Metric& metric, const Reranker& reranker,
                                     std::span<const std::string> sources, const std::vector<Translation>& translations,
                                     const ReferenceStreams& references) {
  auto features = reranker.features(sources, translations);
  const std::unique_ptr<SentenceCounter> counter = metric.make_counter();
  std::vector<TuningLine> lines;
  for (std::size_t i = 0; i < translations.size(); ++i) {
    std::vector<std::string_view> of_line;
    for (const auto& stream : references) of_line.emplace_back(stream[i]);
    TuningLine& line = lines.emplace_back();
    for (std::size_t k = 0; k < translations[i].outputs.size(); ++k) {
      std::vector<double> statistics(metric.statistics_size());
      counter->count(translations[i].outputs[k].text, of_line, statistics);
      line.push_back({std::move(features[i][k]), std::move(statistics)});
    }
  }
  return lines;
}

void take_weights(const TunedWeights& tuned, RerankRecipe& recipe) {
  recipe.score = tuned.weights.at(0);
  recipe.length = tuned.weights.at(1);
  for (std::size_t i = 0; i < recipe.models.size(); ++i) recipe.models[i].weight = tuned.weights.at(2 + i);
}

}  // namespace

int rerank_command(const std::vector<std::string>& arguments) {
  RerankOptions options;
  CommandLine line("rerank", kRerankSummary);
  add_options(line, options);
  if (const auto text = line.parse(arguments)) {
    print(*text);
    return 0;
  }
  RerankRecipe recipe = recipe_of(options);
  options.translation.gathers_candidates = true;
  settle_choice(line, options.translation);
  options.translation.translator.validate();
  const std::vector<std::string> sources = read_lines(options.source, Utf8::refuse);
  if (sources.empty()) throw std::runtime_error(fmt::format("{}: there is no line in it", options.source));
  const ReferenceStreams references = read_references(options, sources.size());
  Output output(options.output);
  Log log(options.quiet);
  const Notice notice = log.notice("dragoman: ");
  const ReadyTranslator ready = make_translator(line, options.translation, notice);
  const ReadyReranker other =
      make_reranker(recipe, options.translation, notice, ready.translator.engine().shared_workers());
  LineReport report([&](const std::string& text) { notice(fmt::format("{}: {}", options.source, text)); });
  std::vector<Translation> translations = ready.translate_lines(sources, 1, report);
  report.finish();
  for (Translation& translation : translations) leave_distinct(translation);
  const std::unique_ptr<Metric> metric = make_metric(options.metric, false);
  const std::size_t of_any_sign[] = {Reranker::kLength};
  const TunedWeights tuned = tune_weights(
      *metric, tuning_lines(*metric, other.reranker, sources, translations, references), of_any_sign, kSamples);
  take_weights(tuned, recipe);
  output.write(format_rerank_file(recipe));
  output.finish();
  const std::string name = metric->report(std::vector<double>(metric->statistics_size(), 1), 1).name;
  log.line(
      fmt::format("dragoman: {} {:.2f} as the search has it, {:.2f} with these weights, {:.2f} with the best of "
                  "each line's candidates",
                  name, tuned.first_score, tuned.score, tuned.best_score));
  return 0;
}

}  // namespace dragoman
