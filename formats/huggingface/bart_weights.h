#pragma once

#include "formats/foreign/foreign_weights.h"
#include "model/model_config.h"
#include "model/named_tensors.h"

namespace dragoman {

/// The layers of both stacks of a Transformer whose tensors have BART's names in transformers
/// (model.encoder.layers.0.self_attn.q_proj.weight), as MarianMT, M2M100, mBART and Pegasus do, under ours.
void take_bart_layers(ForeignWeights& weights, const ModelConfig& config, NamedTensors& taken);

}  // namespace dragoman
