#include "formats/foreign/halved_positions.h"

#include "formats/stored_weights.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace dragoman {
namespace {

// Which dimension of a weight is that of the vectors between layers.
std::optional<std::int64_t> vector_dimension(std::string_view name) {
  constexpr std::array<std::string_view, 6> kColumns = {"embedding.weight", "output_weight", ".qkv.weight",
                                                        ".q.weight",        ".kv.weight",    ".inner.weight"};
  constexpr std::array<std::string_view, 6> kRows = {".output.weight", ".output.bias", ".outer.weight",
                                                     ".outer.bias",    "norm.weight",  "norm.bias"};
  const auto ends = [&](std::string_view part) { return name.ends_with(part); };
  if (std::ranges::any_of(kColumns, ends)) return 1;
  if (std::ranges::any_of(kRows, ends)) return 0;
  return std::nullopt;
}

}  // namespace

SafetensorsFile with_halved_positions(const ModelConfig& config, const SafetensorsFile& weights) {
  const at::Tensor order = at::arange(config.width).view({config.width / 2, 2}).t().reshape({-1});
  SafetensorsFile halved;
  for (const auto& [name, stored] : weights.tensors) {
    if (name.ends_with(".scale")) continue;  // of another that is stored in int8
    const at::Tensor weight = stored_weight(weights, name, "model.safetensors").to(torch::kFloat32);
    const auto dimension = vector_dimension(name);
    halved.tensors.emplace_back(name, dimension ? weight.index_select(*dimension, order) : weight);
  }
  return halved;
}

}  // namespace dragoman
