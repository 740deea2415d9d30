#include "model/layers/initialisation.h"

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

// Rows of one projection in a weight that packs several of one input.
std::int64_t rows_of_one(const std::string& name, const torch::Tensor& value, const ModelConfig& config,
                         const torch::OrderedDict<std::string, torch::Tensor>& parameters) {
  if (ends_with_any(name, {"qkv.weight", "kv.weight"})) return config.query_width();
  if (ends_with_any(name, {"initial.weight", "feed.weight"})) return config.width;
  constexpr std::string_view kOfInput = "input_gates.weight", kOfHidden = "hidden_gates.weight";
  if (name.ends_with(kOfHidden)) return value.size(1);
  if (!name.ends_with(kOfInput)) return value.size(0);
  const std::string recurrence = name.substr(0, name.size() - kOfInput.size());
  return parameters[recurrence + std::string(kOfHidden)].size(1);
}

}  // namespace

void initialise(torch::nn::Module& model, const ModelConfig& config, std::uint64_t seed) {
  torch::NoGradGuard no_grad;
  std::uint64_t place = 0;
  const auto parameters = model.named_parameters();
  for (const auto& item : parameters) {
    const std::string& name = item.key();
    const torch::Tensor& value = item.value();
    auto generator = at::detail::createCPUGenerator(seed * 1000003 + place++);
    if (value.dim() != 2) continue;  // norms and biases are made as they should begin
    if (ends_with_any(name, {"embedding.weight", "positions", "output_weight"})) {
      value.normal_(0.0, 1.0 / std::sqrt(static_cast<double>(config.width)), generator);
    } else if (name.ends_with(".kernel.weight")) {
      value.normal_(0.0, 2.0 / std::sqrt(static_cast<double>(value.size(1))), generator);
    } else if (name.ends_with("score_weight")) {
      value.normal_(0.0, 1.0 / static_cast<double>(value.size(1)), generator);
    } else {
      const std::int64_t out = rows_of_one(name, value, config, parameters);
      const double limit = std::sqrt(6.0 / static_cast<double>(value.size(1) + out));
      value.uniform_(-limit, limit, generator);
    }
  }
}

}  // namespace dragoman
