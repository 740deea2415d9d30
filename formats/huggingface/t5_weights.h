#pragma once

#include "formats/foreign/foreign_weights.h"
#include "model/model_config.h"
#include "model/named_tensors.h"

namespace dragoman {

/// The layers of both stacks of a Transformer whose tensors have T5's names in transformers
/// (encoder.block.0.layer.0.SelfAttention.q.weight), with its tables of biases, under ours.
void take_t5_layers(ForeignWeights& weights, const ModelConfig& config, NamedTensors& taken);

}  // namespace dragoman
