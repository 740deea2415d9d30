#pragma once

#include "formats/foreign/imported_model.h"
#include "formats/huggingface/hugging_face_folder.h"

namespace dragoman {

/// BART (Lewis et al. 2020), whose texts stand between <s> and </s> on both sides. Throws std::runtime_error naming the
/// file, and the option with its value or the tensor, that has no form here.
ImportedModel read_bart(HuggingFaceFolder& folder);

}  // namespace dragoman
