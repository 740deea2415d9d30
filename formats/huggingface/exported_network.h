#pragma once

#include "formats/safetensors.h"
#include "model/model_config.h"
#include "model/named_tensors.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace dragoman {

/// A network in the form of one of transformers' families.
struct ExportedNetwork {
  std::string model_type;          ///< "marian"
  nlohmann::ordered_json config;   ///< config.json
  NamedTensors weights;            ///< by their names there; views of ours where they can be
  std::vector<std::string> notes;  ///< what is to be known
};

/// Throws std::runtime_error naming the option with its value that no family has a form for.
ExportedNetwork exported_network(const ModelConfig& config, const SafetensorsFile& weights);

/// Of positions like T5's.
ExportedNetwork exported_t5(const ModelConfig& config, const SafetensorsFile& weights);

/// Of a network that is BART's but for some facts.
ExportedNetwork exported_bart(const ModelConfig& config, const SafetensorsFile& weights);

/// What all have in config.json.
nlohmann::ordered_json common_config(const ModelConfig& config, const char* model_type, const char* architecture);

/// As transformers calls it.
const char* activation_name(Activation activation);

}  // namespace dragoman
