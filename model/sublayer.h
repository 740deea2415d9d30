#pragma once

#include "model/dropout.h"
#include "model/layer_norm.h"

#include <torch/nn/module.h>
#include <torch/types.h>

#include <string>
#include <vector>

namespace dragoman {

/// x + dropout(function(norm(x))) with pre-norm, norm(x + dropout(function(x))) with post-norm.
template <typename Function>
torch::Tensor run_sublayer(const torch::Tensor& x, LayerNorm& norm, bool pre_norm, const Dropout& dropout,
                           bool training, Function&& function) {
  if (pre_norm) return dropout.add(x, function(norm->forward(x)), training);
  return norm->forward(dropout.add(x, function(x), training));
}

/// Registers `count` layers as layers.0, layers.1, … of `stack`.
template <typename Layer, typename Config, typename Context>
std::vector<Layer> register_layers(torch::nn::Module& stack, int count, const Config& config, const Context& context) {
  struct List : torch::nn::Module {};
  auto list = stack.register_module("layers", std::make_shared<List>());
  std::vector<Layer> layers;
  for (int i = 0; i < count; ++i) layers.push_back(list->register_module(std::to_string(i), Layer(config, context)));
  return layers;
}

}  // namespace dragoman
