#include "model/feed_forward.h"

#include <ATen/ATen.h>

namespace dragoman {
namespace {

torch::Tensor activate(const torch::Tensor& x, Activation activation) {
  switch (activation) {
    case Activation::relu:
      return at::relu(x);
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

torch::Tensor FeedForwardImpl::forward(const torch::Tensor& x) {
  return outer_->forward(dropout_(activate(inner_->forward(x), activation_), is_training()));
}

}  // namespace dragoman
