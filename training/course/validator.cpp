#include "training/course/validator.h"

#include "data/batcher.h"
#include "decoding/engine/translator.h"
#include "decoding/search/top_candidates.h"
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

}  // namespace

bool ValidationResult::is_finite() const {
  return finite_scores && std::isfinite(loss);
}

double ValidationResult::score(ValidationMetric metric) const {
  // A number that nothing compares with would stay the best for ever.
  if (!is_finite()) return -std::numeric_limits<double>::infinity();
  return score_by(metric, bleu.score, loss, perplexity);
}

Validator::Validator(const ParallelText& text, const Tokenizers& tokenizers, const ModelConfig& config,
                     const TrainOptions& options, std::int64_t batch_tokens, std::shared_ptr<const Workers> workers)
    : text_(text),
      tokenizers_(tokenizers),
      config_(config),
      label_smoothing_(options.label_smoothing),
      beam_size_(options.validation.valid_beam_size),
      workers_(std::move(workers)) {
  FilterReport report;
  // BLEU takes every line; the loss leaves out only what training would not take either.
  corpus_ = tokenize(text, tokenizers.source, tokenizers.target, options.filter, workers_->threads(), report);
  if (corpus_.size() == 0) {
    throw std::runtime_error(fmt::format("{}: no validation pair is left: all are blank or longer than --max-length",
                                         options.corpus.valid_lines > 0     ? "--valid-lines"
                                         : options.corpus.valid_tsv.empty() ? options.corpus.valid_source
                                                                            : options.corpus.valid_tsv));
  }
  batches_ = Batcher(corpus_.pairs().places, {batch_tokens, options.seed}).epoch(0);
}

void Validator::measure_loss(Seq2SeqModel& model, torch::Device device, ValidationResult& result) const {
  torch::NoGradGuard no_grad;
  const TextFrame frame = text_frame(config_);
  LossSums sums;
  for (const auto& pairs : batches_) {
    const Batch batch = make_batch(corpus_.pairs(), pairs, frame, device);
    const torch::Tensor states =
        model.decode({}, model.encode({}, batch.source, batch.source_lengths), batch.target_in);
    sums += label_smoothed_loss(states.flatten(0, 1), model.output_layer(), batch.target_out.flatten(),
                                config_.special_ids.pad, label_smoothing_, 1.0)
                .sums();
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
  if (!result.is_finite()) return result;
  try {
    measure_bleu(model, notice, result);
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
  const Translator translator(engine, options);
  std::vector<std::string> hypotheses;
  for (const Translation& translation : translator.translate(text_.source, 1, notice)) {
    hypotheses.push_back(translation.outputs.at(0).text);
  }
  result.bleu = Bleu().corpus_score(hypotheses, {text_.target});
}

}  // namespace dragoman
