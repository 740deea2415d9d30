#include "model/quantised_weights.h"

#include <ATen/ATen.h>

namespace dragoman {
namespace {

using torch::Tensor;

constexpr const char* kScale = ".scale";
constexpr const char* kPositions = ".positions";

}  // namespace

QuantisedMatrix quantise(const Tensor& matrix) {
  const Tensor scales = matrix.abs().amax(1).clamp_min(1e-30).div(127.0);
  return {at::round(matrix / scales.unsqueeze(1)).to(torch::kInt8), scales};
}

NamedTensors stored_as(WeightType type, const NamedTensors& weights) {
  NamedTensors stored;
  for (const auto& [name, weight] : weights) {
    if (type == WeightType::fp32 || weight.dim() != 2 || name.ends_with(kPositions)) {
      stored.emplace_back(name, weight);
    } else if (type == WeightType::bf16) {
      stored.emplace_back(name, weight.to(torch::kBFloat16));
    } else {
      const QuantisedMatrix quantised = quantise(weight.detach().to(torch::kFloat32));
      stored.emplace_back(name, quantised.values);
      stored.emplace_back(name + kScale, quantised.scales);
    }
  }
  return stored;
}

WeightType stored_type(const SafetensorsFile& weights) {
  WeightType type = WeightType::fp32;
  for (const auto& [name, tensor] : weights.tensors) {
    if (tensor.scalar_type() == torch::kInt8) return WeightType::int8;
    if (tensor.scalar_type() == torch::kBFloat16) type = WeightType::bf16;
  }
  return type;
}

QuantisedMatrix stored_matrix(const SafetensorsFile& weights, const std::string& name,
                              const std::filesystem::path& file) {
  return {weights.at(name, file), weights.at(name + kScale, file)};
}

Tensor stored_weight(const SafetensorsFile& weights, const std::string& name, const std::filesystem::path& file) {
  const Tensor& tensor = weights.at(name, file);
  if (tensor.scalar_type() != torch::kInt8) return tensor;
  return tensor.to(torch::kFloat32).mul_(stored_matrix(weights, name, file).scales.unsqueeze(1));
}

}  // namespace dragoman
