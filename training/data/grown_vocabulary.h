#pragma once

#include "formats/model_directory.h"
#include "formats/safetensors.h"
#include "model/model_config.h"
#include "model/text_template.h"

#include <string>
#include <vector>

namespace dragoman {

/// A model to start from with pieces besides its own.
class GrownVocabulary {
 public:
  /// file: the pieces, one a line. Throws std::runtime_error naming file and line for what cannot be one.
  GrownVocabulary(Tokenizers tokenizers, const ModelConfig& config, const std::string& file);

  const Tokenizers& tokenizers() const { return after_; }

  /// Enters the new sizes, and the languages of new pieces such as "<2de>" where the model has tokens of languages.
  void apply_to(ModelConfig& config) const;

  /// Rows for the new pieces in the embeddings and the output layer: the mean of the rows of what a piece was made of
  /// before, or of all languages for that of a language.
  void grow(NamedTensors& weights) const;

 private:
  Tokenizers before_, after_;
  TextTemplate form_;  // before
  std::vector<std::string> pieces_;
};

}  // namespace dragoman
