#pragma once

#include "formats/model_directory.h"
#include "model/model_config.h"
#include "model/seq2seq_model.h"

#include <filesystem>
#include <string>
#include <vector>

namespace dragoman {

/// A model to start from with pieces besides its own.
class GrownVocabulary {
 public:
  /// file: the pieces, one a line. Throws std::runtime_error naming file and line for what cannot be one.
  GrownVocabulary(Tokenizers before, const std::string& file);

  const Tokenizers& tokenizers() const { return after_; }

  /// Enters the new sizes, and the languages of new pieces such as "<2de>" where the model has tokens of languages.
  void apply_to(ModelConfig& config) const;

  /// Rows for the new pieces in the embeddings and the output layer: the mean of the rows of what a piece was made of
  /// before, or of all languages for that of a language.
  void grow(NamedTensors& weights, const ModelConfig& before) const;

 private:
  Tokenizers before_, after_;
  std::vector<std::string> pieces_;
};

}  // namespace dragoman
