#include "model/linear.h"

#include <ATen/ATen.h>

#include <utility>

namespace dragoman {

using torch::Tensor;

LinearImpl::LinearImpl(std::int64_t in, std::int64_t out, bool with_bias, ForwardContextPtr context)
    : context_(std::move(context)) {
  weight = register_parameter("weight", torch::empty({out, in}));
  if (with_bias) bias = register_parameter("bias", torch::zeros({out}));
}

Tensor LinearImpl::forward(const Tensor& x, const Epilogue& epilogue) {
  TORCH_CHECK(x.size(-1) == weight.size(1), "Linear: the input has shape ", x.sizes(), ", the weight ", weight.sizes());
  if (packed_ && (only_packed_ || !at::GradMode::is_enabled())) return (*packed_)(x, epilogue);
  const auto type = context_->compute_type.value_or(weight.scalar_type());
  Tensor y =
      at::linear(x.to(type), weight.to(type), bias.defined() ? std::optional<Tensor>(bias.to(type)) : std::nullopt);
  if (epilogue.relu) y = at::relu(y);
  return epilogue.residual.defined() ? epilogue.residual + y : y;
}

void LinearImpl::pack(WeightType type) {
  packed_.emplace(weight, bias, type);
}

void LinearImpl::keep_only(PackedLinear packed) {
  packed_ = std::move(packed);
  only_packed_ = true;
  weight.set_data(at::zeros({1}, weight.options()).expand(weight.sizes()));
}

void LinearImpl::train(bool on) {
  TORCH_CHECK(!on || !only_packed_, "Linear: weights that are kept packed alone cannot be trained");
  if (on) packed_.reset();
  Module::train(on);
}

}  // namespace dragoman
