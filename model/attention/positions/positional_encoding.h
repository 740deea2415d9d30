#pragma once

#include "model/model_config.h"
#include "model/shapes.h"

#include <torch/types.h>

#include <cstdint>

namespace dragoman {

/// The sinusoids of positions [0, count): [count, D] float64 (Vaswani et al. 2017, section 3.5): sin(t / 10000^(2i/D))
/// and cos(t / 10000^(2i/D)) for i in [0, D/2), either interleaved (sin at 2i, cos at 2i + 1) or all sines, then all
/// cosines. tensor2tensor: 10000^(i/(D/2 - 1)) in place of 10000^(2i/D), as its authors' program has it (Vaswani et al.
/// 2018, "Tensor2Tensor for Neural Machine Translation"), and with it fairseq and Marian.
torch::Tensor sinusoidal_positions(std::int64_t count, std::int64_t width, PositionsLayout layout,
                                   Sinusoids sinusoids = Sinusoids::paper);

}  // namespace dragoman
