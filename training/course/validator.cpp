#include "training/course/validator.h"

#include "data/batcher.h"
#include "decoding/engine/translator.h"
#include "decoding/search/top_candidates.h"
#include "metrics/bleu.h"
#include "model/architecture.h"
#include "model/layers/linear.h"
#include "model/text_frame.h"
#include "training/data/batch.h"
#include "training/loss/label_smoothed_loss.h"

#include <chrono>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <stdexcept>
#include <string>

namespace dragoman {
namespace {

// Puts a model that is being trained into inference until the end of the scope.
class InferenceScope {
 public:
  explicit InferenceScope(Seq2SeqModel& model) : model_(model) { prepare_for_inference(model_); }
  ~InferenceScope() { model_.train(); }
  InferenceScope(const InferenceScope&) = delete;
  InferenceScope& operator=(const InferenceScope&) = delete;

 private:
  Seq2SeqModel& model_;
};

// What is said to hold the pairs.
std::string name_of_validation(const ValidationText& text, const TrainOptions& options) {
  if (options.corpus.valid_lines > 0) return "--valid-lines";
  if (options.targets_alone()) return options.corpus.valid_target;
  if (options.corpora.size() > 1) return name_of(text.languages);
  const CorpusOptions& corpus = options.all_corpora().front();
  return corpus.valid_tsv.empty() ? corpus.valid_source : corpus.valid_tsv;
}

}  // namespace

bool ValidationResult::is_finite() const {
  return finite_scores && std::isfinite(loss);
}

double ValidationResult::score(ValidationMetric metric) const {
  // A number that nothing compares with would stay the best for ever.
  if (!is_finite()) return -std::numeric_limits<double>::infinity();
  return score_by(metric, bleu, loss, perplexity);
}

Validator::Validator(std::span<const ValidationText> texts, const Tokenizers& tokenizers, const ModelConfig& config,
                     const TrainOptions& options, std::int64_t batch_tokens, std::shared_ptr<const Workers> workers)
    : tokenizers_(tokenizers),
      config_(config),
      label_smoothing_(options.label_smoothing),
      beam_size_(options.validation.valid_beam_size),
      workers_(std::move(workers)) {
  for (const ValidationText& text : texts) {
    FilterReport report;
    // BLEU takes every line; the loss leaves out only what training would not take either.
    TokenizedCorpus corpus =
        tokenize(text.pairs, tokenizers.source, tokenizers.target, options.filter, workers_->threads(), report);
    if (corpus.size() == 0) {
      throw std::runtime_error(fmt::format("{}: no validation {} is left: all are blank or longer than --max-length",
                                           name_of_validation(text, options), options.unit()));
    }
    auto batches = Batcher(corpus.pairs().places, {batch_tokens, options.seed}).epoch(0);
    directions_.push_back({&text, text_frame(config, text.languages), std::move(corpus), std::move(batches)});
  }
}

void Validator::measure_loss(Seq2SeqModel& model, torch::Device device, ValidationResult& result) const {
  torch::NoGradGuard no_grad;
  LossSums sums;
  for (const Direction& direction : directions_) {
    for (const auto& pairs : direction.batches) {
      const Batch batch = make_batch(direction.corpus.pairs(), pairs, direction.frame, device);
      const torch::Tensor states =
          model.decode({}, model.encode({}, batch.source, batch.source_lengths), batch.target_in);
      sums += label_smoothed_loss(states.flatten(0, 1), model.output_layer(), batch.target_out.flatten(),
                                  config_.special_ids.pad, label_smoothing_, 1.0)
                  .sums();
    }
  }
  const auto tokens = static_cast<double>(sums.tokens);
  result.loss = sums.smoothed / tokens;
  result.perplexity = std::exp(sums.plain / tokens);
}

ValidationResult Validator::run(const std::shared_ptr<Seq2SeqModel>& model, torch::Device device,
                                const Notice& notice) const {
  const auto start = std::chrono::steady_clock::now();
  ValidationResult result;
  const InferenceScope inference(*model);
  measure_loss(*model, device, result);
  result.translates = reads_source(config_);
  if (!result.is_finite()) return result;
  try {
    if (result.translates) measure_bleu(model, notice, result);
  } catch (const NotFinite&) {
    result.finite_scores = false;
  }
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return result;
}

void Validator::measure_bleu(const std::shared_ptr<Seq2SeqModel>& model, const Notice& notice,
                             ValidationResult& result) const {
  TranslatorOptions options;
  options.search.beam_size = beam_size_;
  options.split_sentences = SentenceSplitting::off;  // as it learns
  const auto engine = std::make_shared<const Engine>(model, config_, tokenizers_, workers_);
  for (const Direction& direction : directions_) {
    const auto& [languages, pairs] = *direction.text;
    options.languages = languages;
    const Translator translator(engine, options);
    std::vector<std::string> hypotheses;
    for (const Translation& translation : translator.translate(pairs.source, 1, notice)) {
      hypotheses.push_back(translation.outputs.at(0).text);
    }
    const double bleu = Bleu().corpus_score(hypotheses, {pairs.target}).score;
    result.bleu += bleu / static_cast<double>(directions_.size());
    if (directions_.size() > 1) result.directions.push_back({name_of(languages), bleu});
  }
}

}  // namespace dragoman
