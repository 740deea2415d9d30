#include "model/layers/linear.h"

#include "model/layers/add_rows.h"
#include "model/layers/linear_kernel.h"

#include <ATen/ATen.h>
#include <torch/autograd.h>

#include <utility>

namespace dragoman {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// The product in the type of x with weights of another. These are cast again in the backward pass: that takes less than
// a hundredth of the products' time, and to keep them until then half as much memory as the weights themselves.
struct CastLinearFunction : torch::autograd::Function<CastLinearFunction> {
  static Tensor forward(AutogradContext* context, const Tensor& x, const Tensor& weight,
                        const std::optional<Tensor>& bias) {
    context->save_for_backward({x, weight});
    context->saved_data["bias"] = bias.has_value();
    const Tensor cast = weight.to(x.scalar_type());
    if (!bias) return at::linear(x, cast);
    const Tensor shift = bias->to(x.scalar_type());
    const bool by_onednn = x.scalar_type() == torch::kBFloat16 && is_fast(WeightType::bf16, x.device());
    return by_onednn ? onednn_linear(x, cast, shift) : at::linear(x, cast, shift);
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const variable_list saved = context->get_saved_variables();
    const Tensor &x = saved[0], &weight = saved[1];
    const Tensor rows = gradients[0].reshape({-1, weight.size(0)});
    Tensor of_x, of_weight, of_bias;
    if (context->needs_input_grad(0)) of_x = at::mm(rows, weight.to(x.scalar_type())).view(x.sizes());
    if (context->needs_input_grad(1))
      of_weight = at::mm(rows.t(), x.reshape({-1, weight.size(1)})).to(weight.scalar_type());
    if (context->saved_data["bias"].toBool()) of_bias = sum_of_rows(rows, weight.scalar_type());
    return {of_x, of_weight, of_bias};
  }
};

}  // namespace

LinearImpl::LinearImpl(std::int64_t in, std::int64_t out, bool with_bias) {
  weight = register_parameter("weight", torch::empty({out, in}));
  if (with_bias) bias = register_parameter("bias", torch::zeros({out}));
}

Tensor LinearImpl::forward(const Pass& pass, const Tensor& x, const Epilogue& epilogue) const {
  TORCH_CHECK(x.size(-1) == weight.size(1), "Linear: the input has shape ", x.sizes(), ", the weight ", weight.sizes());
  if (packed_ && (only_packed_ || !at::GradMode::is_enabled())) return (*packed_)(x, epilogue);
  const auto type = input_type(pass);
  const auto maybe_bias = bias.defined() ? std::optional(bias) : std::nullopt;
  Tensor y = type == weight.scalar_type() ? at::linear(x.to(type), weight, maybe_bias)
                                          : CastLinearFunction::apply(x.to(type), weight, maybe_bias);
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
