#pragma once

#include "decoding/translator.h"
#include "tests/decoding/copy_model.h"
#include "tests/decoding/sample_sentences.h"

#include <memory>

namespace dragoman {

inline Tokenizers sample_tokenizers() {
  return {sample_tokenizer(), sample_tokenizer()};
}

inline ModelConfig small_config() {
  ModelConfig config;
  config.encoder_layers = 2;
  config.decoder_layers = 2;
  config.width = 32;
  config.feed_forward_width = 64;
  config.heads = 4;
  config.source_vocabulary = config.target_vocabulary = sample_tokenizer().vocabulary_size();
  config.special_ids = sample_tokenizer().special_ids();
  return config;
}

/// Makes translators whose model copies its input.
struct Copier {
  std::shared_ptr<CopyModel> model = std::make_shared<CopyModel>(sample_tokenizer().vocabulary_size());
  TranslatorOptions options;
  ModelConfig config = small_config();

  Copier() { model->eval(); }
  Translator translator() const { return {model, config, sample_tokenizers(), options}; }
};

}  // namespace dragoman
