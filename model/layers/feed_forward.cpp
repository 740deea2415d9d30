#include "model/layers/feed_forward.h"

#include <ATen/ATen.h>

namespace dragoman {
namespace {

torch::Tensor activate(const torch::Tensor& x, Activation activation) {
  switch (activation) {
    case Activation::relu:
      return at::relu(x);
    case Activation::gelu:
      return at::gelu(x);
    case Activation::gelu_tanh:
      return at::gelu(x, "tanh");
    case Activation::gelu_sigmoid:
      return x * at::sigmoid(1.702 * x);
    case Activation::silu:
      return at::silu(x);
  }
  TORCH_CHECK(false, "FeedForward: unknown activation");
}

}  // namespace

FeedForwardImpl::FeedForwardImpl(const ModelConfig& config, RandomSites& sites)
    : activation_(config.activation),
      gated_(config.feed_forward_gate),
      inner_(register_module(
          "inner", Linear(config.width, (gated_ ? 2 : 1) * config.feed_forward_width, config.feed_forward_bias))),
      outer_(register_module("outer", Linear(config.feed_forward_width, config.width, config.feed_forward_bias))),
      dropout_(config.activation_dropout, sites) {}

torch::Tensor FeedForwardImpl::forward(const Pass& pass, const torch::Tensor& x, const torch::Tensor& residual) const {
  return outer_->forward(pass, inner(pass, x), {.residual = residual});
}

// One pass over the activations where that can be: they are the widest that there are.
torch::Tensor FeedForwardImpl::inner(const Pass& pass, const torch::Tensor& x) const {
  if (activation_ != Activation::relu || gated_)
    return dropout_(pass, activated(inner_->forward(pass, x)), is_training());
  return is_training() ? dropout_.relu(pass, inner_->forward(pass, x), true)
                       : inner_->forward(pass, x, {.relu = true, .residual = {}});
}

torch::Tensor FeedForwardImpl::activated(const torch::Tensor& projected) const {
  if (!gated_) return activate(projected, activation_);
  const auto halves = projected.chunk(2, -1);
  return activate(halves[0], activation_) * halves[1];
}

}  // namespace dragoman
