#pragma once

#include "formats/safetensors.h"
#include "model/model_config.h"
#include "model/weight_type.h"

#include <torch/nn/module.h>

#include <filesystem>
#include <string>

namespace dragoman {

/// Throws std::runtime_error naming `file` where its tensors do not have the sizes that `config` speaks of: all those
/// that decide how much memory the model takes, so that none is asked for on the word of a config that is wrong.
void require_sizes(const ModelConfig& config, const SafetensorsFile& weights, const std::filesystem::path& file);

/// Throws std::runtime_error naming `file` and the first tensor that is no parameter of the model, or that it lacks.
void require_all_used(const torch::nn::Module& model, const SafetensorsFile& weights,
                      const std::filesystem::path& file);

/// The model's parameters by their registered names, a tied one once.
NamedTensors named_weights(const torch::nn::Module& model);

/// Copies tensors of these names, each `prefix` + the parameter's name, into the model's parameters. `file` is named
/// where one is missing or has another shape.
void assign_weights(torch::nn::Module& model, const SafetensorsFile& weights, const std::filesystem::path& file,
                    const std::string& prefix = "");

/// The same for inference on a CPU with the weights kept in `type`. Those of every Linear are packed straight from the
/// file, so that they are never all there in fp32, and in int8 the tables of embeddings stay so; the others are copied,
/// rounded as they would be if they were stored in that type.
void assign_packed_weights(torch::nn::Module& model, const SafetensorsFile& weights, const std::filesystem::path& file,
                           WeightType type);

}  // namespace dragoman
