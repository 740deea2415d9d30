#pragma once

#include "formats/model_directory.h"
#include "model/model_config.h"
#include "tests/decoding/sample_sentences.h"

namespace dragoman {

/// For both languages.
inline Tokenizers sample_tokenizers() {
  return {sample_tokenizer(), sample_tokenizer()};
}

/// Of a small Transformer with their vocabulary.
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

}  // namespace dragoman
