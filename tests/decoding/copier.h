#pragma once

#include "decoding/engine/translator.h"
#include "tests/decoding/copy_model.h"
#include "tests/decoding/sample_model.h"

#include <memory>

namespace dragoman {

/// Makes translators whose model copies its input.
struct Copier {
  std::shared_ptr<CopyModel> model = std::make_shared<CopyModel>(sample_tokenizer().vocabulary_size());
  TranslatorOptions options;
  ModelConfig config = small_config();

  Copier() { model->eval(); }
  Translator translator() const { return {model, config, sample_tokenizers(), options}; }
};

}  // namespace dragoman
