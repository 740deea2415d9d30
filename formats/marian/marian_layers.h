#pragma once

#include "formats/foreign/foreign_weights.h"
#include "formats/marian/marian_config.h"
#include "model/named_tensors.h"

namespace dragoman {

/// Takes the layers, norms and positions of Marian's Transformer, under our names, to `taken`. Marian's matrices have a
/// row an input. Throws std::runtime_error as ForeignWeights::take() does.
void take_marian_layers(ForeignWeights& weights, const MarianNetwork& network, NamedTensors& taken);

}  // namespace dragoman
