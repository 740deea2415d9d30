#pragma once

#include "formats/foreign/imported_model.h"
#include "formats/huggingface/hugging_face_folder.h"

namespace dragoman {

/// MarianMT, as which the models of OPUS-MT are published: MarianMTModel and MarianTokenizer of transformers. Throws
/// std::runtime_error naming the file, and the option with its value or the tensor, that has no form here.
ImportedModel read_marian(HuggingFaceFolder& folder);

}  // namespace dragoman
