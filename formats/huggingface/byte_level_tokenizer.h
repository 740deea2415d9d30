#pragma once

#include "formats/huggingface/hugging_face_folder.h"
#include "model/model_config.h"
#include "tokenizer/tokenizer.h"

#include <string>
#include <vector>

namespace dragoman {

/// A tokenizer of BART's kind.
struct ByteLevelTokenizer {
  Tokenizer tokenizer;
  bool takes_tokens = false;  ///< text has to be tokens, with blanks between them
};

/// From vocab.json and merges.txt, or tokenizer.json, with a name for each row of the tables that `config` says there
/// are. A tokenizer that has no form here but for its tokens takes these from text; `notes` say so, and what else is to
/// be known. Throws std::runtime_error naming the file, or the option, that is missing, damaged or does not fit.
ByteLevelTokenizer read_byte_level_tokenizer(HuggingFaceFolder& folder, const ModelConfig& config,
                                             std::vector<std::string>& notes);

}  // namespace dragoman
