#pragma once

#include "formats/foreign/foreign_options.h"
#include "model/model_config.h"

#include <string>
#include <vector>

namespace dragoman {

/// What Marian's options say of a network: our config, without vocabularies, and what of it only the names of tensors
/// need.
struct MarianNetwork {
  ModelConfig config;
  std::vector<int> decoder_layers;  ///< each layer has the weights of this one, from 1
  bool biases = true;               ///< linear layers have them; else zeros stand for those that are missing
  bool affine = true;               ///< norms have weights; else ones and zeros stand for those that are missing
  bool one_table = false;           ///< of embeddings, for both sides
};

/// Reads special:model.yml. has_positions: there is a table of learned ones, whatever the options say. notes: what is
/// to be known, a line each. Throws std::runtime_error naming the option and its value if it is of a wrong type, or if
/// Dragoman has no form for it.
MarianNetwork read_marian_network(ForeignOptions& options, bool has_positions, std::vector<std::string>& notes);

}  // namespace dragoman
