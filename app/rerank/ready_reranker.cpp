#include "app/rerank/ready_reranker.h"

#include "app/model_loading.h"
#include "model/architecture.h"

#include <fmt/format.h>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

Reranker::Judge make_judge(const RerankRecipe::Model& judge, LoadedModel loaded, const TranslationOptions& options,
                           const std::shared_ptr<const Workers>& workers) {
  const TranslatorOptions& given = options.translator;
  TranslatorOptions scoring;
  scoring.batch_size = given.batch_size;
  scoring.batch_tokens = given.batch_tokens;
  scoring.split_sentences = given.split_sentences;
  scoring.search.normalisation = given.search.normalisation;
  scoring.search.length_penalty = given.search.length_penalty;
  scoring.languages = given.languages;
  if (judge.direction == ScoringDirection::reverse) std::swap(scoring.languages.source, scoring.languages.target);
  TranslationOptions one = options;
  one.model = judge.model;
  one.shortlist = false;
  const bool is_language_model = !reads_source(loaded.config);
  if (is_language_model != (judge.direction == ScoringDirection::language_model)) {
    throw std::invalid_argument(fmt::format(
        "{}: {}", judge.model,
        is_language_model ? "is a language model: name it by --language-model, or as that direction"
                          : "is no language model: name it by --forward or --reverse, or as such a direction"));
  }
  try {
    return {ForcedScorer(make_engine(std::move(loaded), one, workers), scoring), judge.direction};
  } catch (const std::invalid_argument& error) {
    throw std::invalid_argument(fmt::format("{}: {}", judge.model, error.what()));
  }
}

}  // namespace

ReadyReranker make_reranker(const RerankRecipe& recipe, const TranslationOptions& options, const Notice& notice,
                            const std::shared_ptr<const Workers>& workers) {
  std::vector<Reranker::Judge> judges;
  std::string fingerprint;
  for (const RerankRecipe::Model& model : recipe.models) {
    TranslationOptions one = options;
    one.model = model.model;
    LoadedModel loaded = load_model(one, notice);
    fingerprint += fmt::format("{} {} ", loaded.fingerprint, to_string(model.direction));
    judges.push_back(make_judge(model, std::move(loaded), options, workers));
  }
  std::vector<double> weights = recipe.weights();
  for (const double weight : weights) fingerprint += fmt::format("{} ", weight);
  return {Reranker(std::move(judges)), std::move(weights), std::move(fingerprint)};
}

}  // namespace dragoman
