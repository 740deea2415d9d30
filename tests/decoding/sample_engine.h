#pragma once

#include "decoding/engine/engine.h"
#include "tests/decoding/sample_model.h"

#include <memory>
#include <utility>

namespace dragoman {

/// An engine of a model in evaluation mode, with the sample tokenizers, on the model's device.
inline std::shared_ptr<const Engine> engine_of(std::shared_ptr<const Seq2SeqModel> model, const ModelConfig& config,
                                               int threads = 1, Tokenizers tokenizers = sample_tokenizers()) {
  auto workers = std::make_shared<const Workers>(threads, model->output_layer().weight.device());
  return std::make_shared<const Engine>(std::move(model), config, std::move(tokenizers), std::move(workers));
}

}  // namespace dragoman
