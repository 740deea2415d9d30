#pragma once

#include "formats/foreign/weight_names.h"
#include "model/model_config.h"

namespace dragoman {

/// Tells the tensors of both stacks of a Transformer, embeddings apart, that have BART's names in transformers
/// (model.encoder.layers.0.self_attn.q_proj.weight), as those of MarianMT, M2M100, mBART and Pegasus have.
void name_bart_layers(const ModelConfig& config, WeightNames& names);

}  // namespace dragoman
