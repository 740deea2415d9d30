#pragma once

#include "formats/foreign/weight_names.h"
#include "model/model_config.h"

namespace dragoman {

/// Tells the tensors of both stacks of a Transformer, embeddings apart, that have T5's names in transformers
/// (encoder.block.0.layer.0.SelfAttention.q.weight), the tables of biases among them.
void name_t5_layers(const ModelConfig& config, WeightNames& names);

}  // namespace dragoman
