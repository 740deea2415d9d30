#pragma once

#include "model/dropout.h"
#include "model/layer_norm.h"

#include <torch/nn/module.h>
#include <torch/types.h>

#include <string>
#include <type_traits>
#include <vector>

namespace dragoman {

/// x + dropout(function(norm(x))) with pre-norm, norm(x + dropout(function(x))) with post-norm. The function takes its
/// input and a residual, which it adds to its result if it is defined: where nothing is dropped, that saves a pass.
template <typename Function>
torch::Tensor run_sublayer(const torch::Tensor& x, LayerNorm& norm, bool pre_norm, const Dropout& dropout,
                           bool training, Function&& function) {
  const auto added = [&](const torch::Tensor& input) {
    return training ? dropout.add(x, function(input, torch::Tensor()), true) : function(input, x);
  };
  return pre_norm ? added(norm->forward(x)) : norm->forward(added(x));
}

/// Registers `count` layers as layers.0, layers.1, … of `stack`. Those that want to know their number are told it.
template <typename Layer, typename Config, typename Context>
std::vector<Layer> register_layers(torch::nn::Module& stack, int count, const Config& config, const Context& context) {
  struct List : torch::nn::Module {};
  auto list = stack.register_module("layers", std::make_shared<List>());
  std::vector<Layer> layers;
  for (int i = 0; i < count; ++i) {
    if constexpr (std::is_constructible_v<typename Layer::ContainedType, const Config&, const Context&, int>) {
      layers.push_back(list->register_module(std::to_string(i), Layer(config, context, i)));
    } else {
      layers.push_back(list->register_module(std::to_string(i), Layer(config, context)));
    }
  }
  return layers;
}

}  // namespace dragoman
