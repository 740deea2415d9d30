#pragma once

#include "model/model_config.h"

namespace dragoman {

/// Some model, as small as one may be and still have more than one head, for tests that do not care which.
inline ModelConfig tiny_config(int vocabulary = 30) {
  ModelConfig config;
  config.encoder_layers = config.decoder_layers = 1;
  config.width = 16;
  config.feed_forward_width = 24;
  config.heads = 2;
  config.source_vocabulary = config.target_vocabulary = vocabulary;
  return config;
}

}  // namespace dragoman
