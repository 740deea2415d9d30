#include "model/linear.h"

#include <ATen/ATen.h>

namespace dragoman {

using torch::Tensor;

LinearImpl::LinearImpl(std::int64_t in, std::int64_t out, bool with_bias, ForwardContextPtr context)
    : context_(std::move(context)) {
  weight = register_parameter("weight", torch::zeros({out, in}));
  if (with_bias) bias = register_parameter("bias", torch::zeros({out}));
}

Tensor LinearImpl::forward(const Tensor& x) {
  TORCH_CHECK(x.size(-1) == weight.size(1), "Linear: the input has shape ", x.sizes(), ", the weight ", weight.sizes());
  if (packed_ && !at::GradMode::is_enabled()) return (*packed_)(x);
  const auto type = context_->compute_type.value_or(weight.scalar_type());
  return at::linear(x.to(type), weight.to(type), bias.defined() ? std::optional<Tensor>(bias.to(type)) : std::nullopt);
}

void LinearImpl::pack(WeightType type) {
  packed_.emplace(weight, bias, type);
}

void LinearImpl::train(bool on) {
  if (on) packed_.reset();
  Module::train(on);
}

}  // namespace dragoman
