#pragma once

#include "formats/foreign/tensor_views.h"

#include <filesystem>

namespace dragoman {

/// Reads the table of tensors that torch.save() has written as `path` (pytorch_model.bin), in the zip form that it has
/// since PyTorch 1.6. Nothing of the file is executed, and nothing of the tensors' size allocated. Throws
/// std::runtime_error naming the file where it is damaged, holds anything else, or is of the older form, with what to
/// do then.
TensorViews load_torch_checkpoint(const std::filesystem::path& path);

}  // namespace dragoman
