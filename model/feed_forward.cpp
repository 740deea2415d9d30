#include "model/feed_forward.h"

#include <ATen/ATen.h>

namespace dragoman {
namespace {

torch::Tensor activate(const torch::Tensor& x, Activation activation) {
  switch (activation) {
    case Activation::relu:
      return x;  // by the product
    case Activation::gelu:
      return at::gelu(x);
    case Activation::silu:
      return at::silu(x);
  }
  TORCH_CHECK(false, "FeedForward: unknown activation");
}

}  // namespace

FeedForwardImpl::FeedForwardImpl(const ModelConfig& config, const ForwardContextPtr& context)
    : activation_(config.activation),
      inner_(register_module("inner", Linear(config.width, config.feed_forward_width, true, context))),
      outer_(register_module("outer", Linear(config.feed_forward_width, config.width, true, context))),
      dropout_(config.activation_dropout, context) {}

torch::Tensor FeedForwardImpl::forward(const torch::Tensor& x, const torch::Tensor& residual) {
  const torch::Tensor inner = inner_->forward(x, {.relu = activation_ == Activation::relu, .residual = {}});
  return outer_->forward(dropout_(activate(inner, activation_), is_training()), {.residual = residual});
}

}  // namespace dragoman
