#pragma once

#include "formats/safetensors.h"
#include "model/layers/quantised_matrix.h"
#include "model/weight_type.h"

#include <torch/types.h>

#include <filesystem>
#include <string>

namespace dragoman {

/// A model's weights as they are stored in `type`: matrices in bf16, or in int8 with their scales as a tensor more,
/// NAME.scale. Vectors and learned positions stay as they are.
NamedTensors stored_as(WeightType type, const NamedTensors& weights);

/// The type that stored_as() was given when `weights` were made.
WeightType stored_type(const SafetensorsFile& weights);

/// Throws std::runtime_error naming `file` and the first tensor that no stored_as() can have made: of another type, or
/// in int8 without scales that fit.
void require_weights(const SafetensorsFile& weights, const std::filesystem::path& file);

/// Whether the tensor is stored in int8: its scales are a tensor of the name scale_of(name).
bool is_quantised(const torch::Tensor& stored);
std::string scale_of(const std::string& name);

/// A matrix in int8, as it is stored or as stored_as() makes it. `file` is named if a tensor is missing.
QuantisedMatrix quantised_matrix(const SafetensorsFile& weights, const std::string& name,
                                 const std::filesystem::path& file);

/// The tensor of that name, in fp32 if it is stored in int8. `file` is named if it is missing.
torch::Tensor stored_weight(const SafetensorsFile& weights, const std::string& name, const std::filesystem::path& file);

/// The same with the values that it has once stored_as(type) has rounded it, so that a model that is kept in `type`
/// computes what one that is stored so does.
torch::Tensor weight_as(WeightType type, const SafetensorsFile& weights, const std::string& name,
                        const std::filesystem::path& file);

}  // namespace dragoman
