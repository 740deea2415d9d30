#pragma once

#include "formats/huggingface/hugging_face_folder.h"
#include "formats/model_directory.h"
#include "model/model_config.h"

#include <string>
#include <vector>

namespace dragoman {

/// What MarianTokenizer of transformers has: SentencePiece models, and tables that give their pieces ids.
struct TableTokenizers {
  Tokenizers tokenizers;
  std::vector<std::string> languages;  ///< tokens like >>fra<<, of the source
  bool one_table = true;
};

/// Whether the folder says that it has such, whatever its network is.
bool has_table_tokenizers(HuggingFaceFolder& folder);

/// Of source.spm, target.spm, vocab.json, and target_vocab.json where there are two tables. What is to be known goes
/// into `notes`. Throws std::runtime_error naming the file that is missing, damaged, or has another end of the sentence
/// than `config`.
TableTokenizers read_table_tokenizers(HuggingFaceFolder& folder, const ModelConfig& config,
                                      std::vector<std::string>& notes);

/// From which language into which, as tokenizer_config.json says, if both are.
void read_pair_of_languages(HuggingFaceFolder& folder, TrainingFacts& facts);

}  // namespace dragoman
