#pragma once

#include "formats/foreign/imported_model.h"
#include "formats/huggingface/hugging_face_folder.h"

namespace dragoman {

/// T5 in both versions, Flan-T5, mT5, UMT5 and MADLAD-400: T5ForConditionalGeneration of transformers and its kin, with
/// T5Tokenizer's SentencePiece model. Throws std::runtime_error naming the file, and the option with its value or the
/// tensor, that has no form here.
ImportedModel read_t5(HuggingFaceFolder& folder);

}  // namespace dragoman
