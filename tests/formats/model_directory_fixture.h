#pragma once

#include "formats/model_directory.h"
#include "formats/weight_assignment.h"
#include "model/transformer/transformer.h"
#include "tests/data/temporary_folder.h"
#include "tests/model/tensors.h"
#include "tests/model/tiny_config.h"
#include "tests/tokenizer/sample_text.h"
#include "tokenizer/tokenizer_trainer.h"

#include <filesystem>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {

/// Of the sample text, with so many pieces.
inline const Tokenizer& tokenizer_of(int vocabulary) {
  static std::map<int, Tokenizer> known;
  const auto at = known.find(vocabulary);
  if (at != known.end()) return at->second;
  const auto lines = sample_lines();
  const std::vector<std::string>* texts[] = {&lines};
  TokenizerOptions options;
  options.vocabulary_size = vocabulary;
  return known.emplace(vocabulary, train_tokenizer(texts, options, 1, {})).first->second;
}

/// What the model computes for some sentence.
inline torch::Tensor states_of(Seq2SeqModel& model) {
  const torch::NoGradGuard no_grad;
  return model.decode({}, model.encode({}, ids({{4, 5, 6, 7}}), torch::tensor({4}, torch::kInt64)),
                      ids({{2, 8, 9, 10}}));
}

/// Makes model directories with a small Transformer.
class ModelDirectory : public TemporaryFolderTest {
 protected:
  ModelConfig make(int source_vocabulary = 100, int target_vocabulary = 100) {
    ModelConfig config = tiny_config();
    config.source_vocabulary = source_vocabulary;
    config.target_vocabulary = target_vocabulary;
    if (source_vocabulary != target_vocabulary) config.tied_embeddings = TiedEmbeddings::target;
    model_ = std::make_shared<Transformer>(config, 5);
    model_->eval();
    save_config(folder_, config);
    save_tokenizers(folder_, {tokenizer_of(source_vocabulary), tokenizer_of(target_vocabulary)});
    save_weights(folder_, named_weights(*model_));
    return config;
  }

  std::string message_of(const std::filesystem::path& directory) {
    try {
      load_model(directory);
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "loaded";
  }

  std::shared_ptr<Transformer> model_;
};

}  // namespace dragoman
