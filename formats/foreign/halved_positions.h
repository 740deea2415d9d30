#pragma once

#include "formats/safetensors.h"
#include "model/model_config.h"

namespace dragoman {

/// The weights, in fp32, of a Transformer that computes what one with interleaved sinusoids does, with sinusoids in
/// halves: what is at an even place of a vector between its layers goes to the first half, the rest to the second.
/// The numbers are the same, in another order.
SafetensorsFile with_halved_positions(const ModelConfig& config, const SafetensorsFile& weights);

}  // namespace dragoman
