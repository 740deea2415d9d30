#pragma once

#include "base/notice.h"
#include "data/token_pairs.h"
#include "decoding/engine/workers.h"
#include "formats/model_directory.h"
#include "model/text_frame.h"
#include "training/data/training_data.h"
#include "training/options/train_options.h"

#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace dragoman {

/// The BLEU of one pair of languages.
struct DirectionBleu {
  std::string name;  ///< "en-de"
  double bleu = 0;
};

struct ValidationResult {
  double loss = 0;        ///< label-smoothed cross-entropy a target token, in nats
  double perplexity = 0;  ///< of the references
  double bleu = 0;        ///< detokenised, cased, 13a: of real beam search against the raw references; the mean of
                          ///< those of several pairs of languages
  std::vector<DirectionBleu> directions;  ///< of several
  double seconds = 0;
  bool finite_scores = true;  ///< of the search; else there is no BLEU
  bool translates = true;     ///< else, as of a language model, there is none, either

  /// Whether the model computes numbers at all; one that has diverged may not.
  bool is_finite() const;

  /// The metric as a number that is larger for better models.
  double score(ValidationMetric metric) const;
};

/// Measures a model on the validation pairs.
class Validator {
 public:
  /// texts: they must outlive this object; batch_tokens: for which training has memory.
  Validator(std::span<const ValidationText> texts, const Tokenizers& tokenizers, const ModelConfig& config,
            const TrainOptions& options, std::int64_t batch_tokens, std::shared_ptr<const Workers> workers);

  /// Leaves the model in training mode.
  ValidationResult run(const std::shared_ptr<Seq2SeqModel>& model, torch::Device device, const Notice& notice) const;

 private:
  // One pair of languages.
  struct Direction {
    const ValidationText* text;
    TextFrame frame;
    TokenizedCorpus corpus;
    std::vector<std::vector<std::uint32_t>> batches;
  };

  void measure_loss(Seq2SeqModel& model, torch::Device device, ValidationResult& result) const;
  void measure_bleu(const std::shared_ptr<Seq2SeqModel>& model, const Notice& notice, ValidationResult& result) const;

  Tokenizers tokenizers_;
  ModelConfig config_;
  double label_smoothing_;
  int beam_size_;
  std::shared_ptr<const Workers> workers_;
  std::vector<Direction> directions_;
};

}  // namespace dragoman
