#include "model/linear.h"

#include <ATen/ATen.h>
#include <ATen/core/dispatch/Dispatcher.h>

namespace dragoman {
namespace {

using torch::Tensor;

// oneDNN compiles code for each new number of rows; rounding the number up lets few kernels serve all batches.
constexpr std::int64_t kRowMultiple = 16;

Tensor pack_weight(const Tensor& weight) {
  static const auto reorder = c10::Dispatcher::singleton()
                                  .findSchemaOrThrow("mkldnn::_reorder_linear_weight", "")
                                  .typed<Tensor(const Tensor&, std::optional<c10::SymInt>)>();
  static const std::optional<c10::SymInt> any_number_of_rows;
  return reorder.call(weight.contiguous(), any_number_of_rows);
}

Tensor packed_product(const Tensor& x, const Tensor& weight, const std::optional<Tensor>& bias) {
  static const auto product =
      c10::Dispatcher::singleton()
          .findSchemaOrThrow("mkldnn::_linear_pointwise", "")
          .typed<Tensor(const Tensor&, const Tensor&, const std::optional<Tensor>&, c10::string_view,
                        c10::List<std::optional<at::Scalar>>, std::optional<c10::string_view>)>();
  static const c10::List<std::optional<at::Scalar>> no_scalars;
  return product.call(x, weight, bias, "none", no_scalars, "");
}

}  // namespace

PackedLinear::PackedLinear(const Tensor& weight, const Tensor& bias)
    : weight_(weight), bias_(bias), packed_(weight.is_cpu() && weight.scalar_type() == torch::kFloat32) {
  if (packed_) weight_ = pack_weight(weight.detach());
}

Tensor PackedLinear::operator()(const Tensor& x) const {
  if (!packed_) return at::linear(x, weight_, bias_.defined() ? std::optional<Tensor>(bias_) : std::nullopt);
  const std::int64_t width = x.size(-1);
  const Tensor rows = x.reshape({-1, width});
  const std::int64_t count = rows.size(0), rounded = (count + kRowMultiple - 1) / kRowMultiple * kRowMultiple;
  const Tensor padded = rounded == count ? rows : at::constant_pad_nd(rows, {0, 0, 0, rounded - count});
  const std::optional<Tensor> bias = bias_.defined() ? std::optional<Tensor>(bias_) : std::nullopt;
  const Tensor result = packed_product(padded, weight_, bias).narrow(0, 0, count);
  std::vector<std::int64_t> shape = x.sizes().vec();
  shape.back() = result.size(-1);
  return result.view(shape);
}

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

void LinearImpl::pack() {
  packed_.emplace(weight, bias);
}

void LinearImpl::train(bool on) {
  if (on) packed_.reset();
  Module::train(on);
}

void prepare_for_inference(torch::nn::Module& model) {
  model.eval();
  for (const auto& module : model.modules()) {
    if (auto* linear = module->as<LinearImpl>()) linear->pack();
  }
}

}  // namespace dragoman
