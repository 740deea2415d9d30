#pragma once

#include "decoding/output_projection.h"
#include "decoding/translation.h"
#include "decoding/translator.h"
#include "model/model_config.h"
#include "model/model_directory.h"
#include "model/seq2seq_model.h"

#include <torch/types.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace dragoman {

/// The model's scores of translations that are given (forced decoding): what a search would have given the same tokens.
class ForcedScorer {
 public:
  /// As for Translator; of the options, the threads, the limits of a batch and how a score is normalised count.
  ForcedScorer(std::shared_ptr<Seq2SeqModel> model, const ModelConfig& config, Tokenizers tokenizers,
               const TranslatorOptions& options);

  /// One output for each pair, in order; its text is the target. Nothing is split or cut: throws std::runtime_error
  /// naming the line of a pair that is longer than the model's positions reach. The first has `first_line_number`.
  std::vector<Translation::Output> score(std::span<const std::string> sources, std::span<const std::string> targets,
                                         std::int64_t first_line_number = 1) const;

  const Tokenizer& target_tokenizer() const { return tokenizers_.target; }

 private:
  using Ids = std::vector<std::int32_t>;
  void score_batch(std::span<const Ids> sources, std::span<const Ids> targets, std::span<const std::size_t> batch,
                   std::span<Translation::Output> outputs) const;

  std::shared_ptr<Seq2SeqModel> model_;
  ModelConfig config_;
  Tokenizers tokenizers_;
  TranslatorOptions options_;
  torch::Device device_;
  OutputProjection output_;
};

}  // namespace dragoman
