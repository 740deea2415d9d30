#pragma once

#include "formats/huggingface/hugging_face_folder.h"
#include "model/model_config.h"
#include "tokenizer/tokenizer.h"

#include <string>
#include <vector>

namespace dragoman {

/// The tokenizer of T5's family: spiece.model, or the tokenizer.json that was made of it, with a name for each row of
/// the tables that `config` says there are; its ids of </s> and <pad> count. What is to be known goes into `notes`.
/// Throws std::runtime_error naming the file, or the option, that does not fit.
Tokenizer read_t5_tokenizer(HuggingFaceFolder& folder, const ModelConfig& config, std::vector<std::string>& notes);

}  // namespace dragoman
