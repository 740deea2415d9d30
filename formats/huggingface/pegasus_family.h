#pragma once

#include "formats/foreign/imported_model.h"
#include "formats/huggingface/hugging_face_folder.h"

namespace dragoman {

/// Pegasus (Zhang et al. 2020). Throws std::runtime_error naming the file, and the option with its value or the tensor,
/// that has no form here.
ImportedModel read_pegasus(HuggingFaceFolder& folder);

}  // namespace dragoman
