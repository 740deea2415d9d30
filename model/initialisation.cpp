#include "model/initialisation.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

#include <cmath>
#include <string_view>

namespace dragoman {
namespace {

bool ends_with_any(std::string_view name, std::initializer_list<std::string_view> endings) {
  for (const std::string_view ending : endings) {
    if (name.ends_with(ending)) return true;
  }
  return false;
}

}  // namespace

void initialise(torch::nn::Module& model, std::int64_t width, std::uint64_t seed) {
  torch::NoGradGuard no_grad;
  std::uint64_t place = 0;
  for (auto& item : model.named_parameters()) {
    const std::string& name = item.key();
    torch::Tensor& value = item.value();
    auto generator = at::detail::createCPUGenerator(seed * 1000003 + place++);
    if (value.dim() != 2) continue;  // norms and biases are made as they should begin
    if (ends_with_any(name, {"embedding.weight", "positions", "output_weight"})) {
      value.normal_(0.0, 1.0 / std::sqrt(static_cast<double>(width)), generator);
    } else {
      const bool packed = ends_with_any(name, {"qkv.weight", "kv.weight"});
      const bool of_heads = ends_with_any(name, {"score_weight"});
      const std::int64_t out = packed ? width : of_heads ? value.size(1) : value.size(0);
      const double limit = std::sqrt(6.0 / static_cast<double>(value.size(1) + out));
      value.uniform_(-limit, limit, generator);
    }
  }
}

}  // namespace dragoman
