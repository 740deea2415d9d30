#pragma once

#include "model/layers/dropout.h"
#include "model/layers/layer_norm.h"
#include "model/model_config.h"
#include "model/pass.h"
#include "model/random_sites.h"

#include <torch/nn/module.h>
#include <torch/types.h>

#include <optional>
#include <string>
#include <type_traits>
#include <vector>

namespace dragoman {

/// x + dropout(function(norm(x))) with pre-norm, norm(x + dropout(function(x))) with post-norm. The function takes its
/// input and a residual, which it adds to its result if it is defined: where nothing is dropped, that saves a pass.
/// input_type: what the function turns its input into, so that the norm may do it; nothing if it takes it as it is.
template <typename Function>
torch::Tensor run_sublayer(const Pass& pass, const torch::Tensor& x, const LayerNorm& norm, bool pre_norm,
                           const Dropout& dropout, bool training, std::optional<c10::ScalarType> input_type,
                           Function&& function) {
  const auto added = [&](const torch::Tensor& input, const torch::Tensor& residual) {
    return training ? dropout.add(pass, residual, function(input, torch::Tensor()), true) : function(input, residual);
  };
  if (!pre_norm) return norm->forward(added(x, x));
  const NormedAndInput both = norm->forward_beside(x, input_type);
  return added(both.normed, both.input);
}

/// Registers `count` layers as layers.0, layers.1, … of `stack`. Those that share their weights with the one before are
/// this one once more, and have no name of their own. Those that want to know their number are told it.
template <typename Layer>
std::vector<Layer> register_layers(torch::nn::Module& stack, int count, const ModelConfig& config, RandomSites& sites) {
  struct List : torch::nn::Module {};
  auto list = stack.register_module("layers", std::make_shared<List>());
  std::vector<Layer> layers;
  for (int i = 0; i < count; ++i) {
    if (i % config.shared_layers != 0) {
      layers.push_back(layers.back());
      continue;
    }
    const std::string name = std::to_string(i / config.shared_layers);
    if constexpr (std::is_constructible_v<typename Layer::ContainedType, const ModelConfig&, RandomSites&, int>) {
      layers.push_back(list->register_module(name, Layer(config, sites, i)));
    } else {
      layers.push_back(list->register_module(name, Layer(config, sites)));
    }
  }
  return layers;
}

}  // namespace dragoman
