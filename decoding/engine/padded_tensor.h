#pragma once

#include "data/batcher.h"
#include "model/model_config.h"

#include <torch/types.h>

namespace dragoman {

/// Rows of ids as a model takes them: [B, T] int64 on `device`. Padding ends where learned positions do.
torch::Tensor padded_tensor(const PaddedIds& ids, const ModelConfig& config, torch::Device device);

}  // namespace dragoman
