#include "formats/stored_weights.h"

#include <ATen/ATen.h>

#include <fmt/format.h>
#include <stdexcept>

namespace dragoman {
namespace {

using torch::Tensor;

constexpr const char* kScale = ".scale";
constexpr const char *kPositions = ".positions", *kPositionBiases = ".position_biases";

// What stored_as() stores in a smaller type.
bool is_rounded(const std::string& name, const Tensor& weight) {
  return weight.dim() == 2 && !name.ends_with(kPositions) && !name.ends_with(kPositionBiases);
}

Tensor in_fp32(const QuantisedMatrix& matrix) {
  return matrix.values.to(torch::kFloat32).mul_(matrix.scales.unsqueeze(1));
}

}  // namespace

NamedTensors stored_as(WeightType type, const NamedTensors& weights) {
  NamedTensors stored;
  for (const auto& [name, weight] : weights) {
    if (type == WeightType::fp32 || !is_rounded(name, weight)) {
      stored.emplace_back(name, weight);
    } else if (type == WeightType::bf16) {
      stored.emplace_back(name, weight.to(torch::kBFloat16));
    } else {
      const QuantisedMatrix quantised = quantise(weight.detach().to(torch::kFloat32));
      stored.emplace_back(name, quantised.values);
      stored.emplace_back(scale_of(name), quantised.scales);
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

bool is_quantised(const Tensor& stored) {
  return stored.scalar_type() == torch::kInt8;
}

std::string scale_of(const std::string& name) {
  return name + kScale;
}

void require_weights(const SafetensorsFile& weights, const std::filesystem::path& file) {
  for (const auto& [name, tensor] : weights.tensors) {
    if (is_quantised(tensor)) {
      const Tensor& scales = weights.at(scale_of(name), file);
      if (tensor.dim() == 2 && scales.dim() == 1 && scales.size(0) == tensor.size(0) &&
          scales.scalar_type() == torch::kFloat32)
        continue;
      throw std::runtime_error(
          fmt::format("{}: '{}' does not fit its scales, '{}'; the file belongs to another program", file.string(),
                      name, scale_of(name)));
    }
    if (c10::isFloatingType(tensor.scalar_type())) continue;
    throw std::runtime_error(
        fmt::format("{}: '{}' holds numbers of type {}, but weights are floating-point or int8 with scales; the file "
                    "belongs to another program",
                    file.string(), name, c10::toString(tensor.scalar_type())));
  }
}

QuantisedMatrix quantised_matrix(const SafetensorsFile& weights, const std::string& name,
                                 const std::filesystem::path& file) {
  const Tensor& tensor = weights.at(name, file);
  if (!is_quantised(tensor)) return quantise(tensor.to(torch::kFloat32));
  return {tensor, weights.at(scale_of(name), file)};
}

Tensor stored_weight(const SafetensorsFile& weights, const std::string& name, const std::filesystem::path& file) {
  const Tensor& tensor = weights.at(name, file);
  return is_quantised(tensor) ? in_fp32(quantised_matrix(weights, name, file)) : tensor;
}

Tensor weight_as(WeightType type, const SafetensorsFile& weights, const std::string& name,
                 const std::filesystem::path& file) {
  const Tensor& tensor = weights.at(name, file);
  if (is_rounded(name, tensor)) {
    if (type == WeightType::int8) return in_fp32(quantised_matrix(weights, name, file));
    if (type == WeightType::bf16 && !is_quantised(tensor)) return tensor.to(torch::kBFloat16);
  }
  return stored_weight(weights, name, file);
}

}  // namespace dragoman
