#pragma once

#include "model/model_config.h"

#include <torch/nn/module.h>

#include <cstdint>

namespace dragoman {

/// Draws the weights of a new model of `config`: matrices uniformly with variance 2 / (in + out) (Glorot and Bengio
/// 2010, equation 16), each projection of a packed one by itself; gated convolutions from N(0, 4 / in) (Gehring et al.
/// 2017, section 3.5: what a gate lets through has a quarter of its input's variance); the matrices of general scores
/// from N(0, 1/d²), with which scores begin as widely spread as scaled dot products; embeddings and learned positions
/// from N(0, 1/D); biases 0; norms the identity. A parameter's values depend on `seed` and its place alone.
void initialise(torch::nn::Module& model, const ModelConfig& config, std::uint64_t seed);

}  // namespace dragoman
