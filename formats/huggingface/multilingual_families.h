#pragma once

#include "formats/foreign/imported_model.h"
#include "formats/huggingface/hugging_face_folder.h"

namespace dragoman {

// Throw std::runtime_error naming the file, and the option with its value or the tensor, that has no form here.

/// M2M100 (Fan et al. 2021) and what is built as it: NLLB-200 (NLLB Team 2022) and WMT21's. Those with a vocab.json
/// have the tokens of their languages behind it; NLLB has them behind the pieces of its SentencePiece model.
ImportedModel read_m2m100(HuggingFaceFolder& folder);

/// mBART (Liu et al. 2020) and mBART-50 (Tang et al. 2020), fine-tuned for translation.
ImportedModel read_mbart(HuggingFaceFolder& folder);

}  // namespace dragoman
