#pragma once

#include "decoding/engine/translator.h"
#include "tests/decoding/copy_model.h"
#include "tests/decoding/sample_engine.h"

#include <memory>

namespace dragoman {

/// Makes translators whose model copies its input.
struct Copier {
  std::shared_ptr<CopyModel> model = std::make_shared<CopyModel>(sample_tokenizer().vocabulary_size());
  TranslatorOptions options;
  ModelConfig config = small_config();
  int threads = 1;

  Copier() { model->eval(); }
  Translator translator() const { return {engine_of(model, config, threads), options}; }
};

}  // namespace dragoman
