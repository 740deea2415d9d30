#include "model/packed_linear.h"

#include "model/row_quantiser.h"

#include <ATen/ATen.h>
#include <ATen/core/dispatch/Dispatcher.h>

#include <algorithm>
#include <optional>
#include <vector>

namespace dragoman {
namespace {

using torch::Tensor;
using Scalars = c10::List<std::optional<at::Scalar>>;

// oneDNN compiles code for each new number of rows; rounding the number up lets few kernels serve all batches.
constexpr std::int64_t kRowMultiple = 16;

Tensor pack_weight(const Tensor& weight) {
  static const auto reorder = c10::Dispatcher::singleton()
                                  .findSchemaOrThrow("mkldnn::_reorder_linear_weight", "")
                                  .typed<Tensor(const Tensor&, std::optional<c10::SymInt>)>();
  static const std::optional<c10::SymInt> any_number_of_rows;
  return reorder.call(weight.contiguous(), any_number_of_rows);
}

Tensor pack_quantised(const Tensor& weight) {
  static const auto prepack = c10::Dispatcher::singleton()
                                  .findSchemaOrThrow("onednn::qlinear_prepack", "")
                                  .typed<Tensor(Tensor, std::optional<torch::List<std::int64_t>>)>();
  return prepack.call(weight, std::nullopt);
}

Tensor product_of(const Tensor& x, const Tensor& weight, const std::optional<Tensor>& bias) {
  static const auto linear = c10::Dispatcher::singleton()
                                 .findSchemaOrThrow("mkldnn::_linear_pointwise", "")
                                 .typed<Tensor(const Tensor&, const Tensor&, const std::optional<Tensor>&,
                                               c10::string_view, Scalars, std::optional<c10::string_view>)>();
  static const Scalars no_scalars;
  return linear.call(x, weight, bias, "none", no_scalars, "");
}

Tensor byte_product(const Tensor& bytes, const Tensor& weight, const Tensor& scale, const Tensor& zero) {
  static const auto linear =
      c10::Dispatcher::singleton()
          .findSchemaOrThrow("onednn::qlinear_pointwise", "")
          .typed<Tensor(Tensor, double, std::int64_t, Tensor, Tensor, Tensor, std::optional<Tensor>, double,
                        std::int64_t, std::optional<c10::ScalarType>, c10::string_view, Scalars, c10::string_view)>();
  static const Scalars no_scalars;
  return linear.call(bytes, 1.0, kQuantisedZero, weight, scale, zero, std::nullopt, 1.0, 0, torch::kFloat32, "none",
                     no_scalars, "");
}

std::int64_t rounded_up(std::int64_t rows) {
  return (rows + kRowMultiple - 1) / kRowMultiple * kRowMultiple;
}

}  // namespace

PackedLinear::PackedLinear(const Tensor& weight, const Tensor& bias, WeightType type)
    : type_(type),
      weight_(weight),
      bias_(bias),
      out_(weight.size(0)),
      packed_(weight.is_cpu() && weight.scalar_type() == torch::kFloat32) {
  if (!packed_) return;
  const Tensor fixed = weight.detach();
  if (type == WeightType::int8) {
    *this = PackedLinear(quantise(fixed), bias);
  } else {
    weight_ = pack_weight(type == WeightType::bf16 ? fixed.to(torch::kBFloat16) : fixed);
    if (type == WeightType::bf16 && bias.defined()) bias_ = bias.detach().to(torch::kBFloat16);
  }
}

PackedLinear::PackedLinear(const QuantisedMatrix& weight, const Tensor& bias)
    : type_(WeightType::int8),
      weight_(pack_quantised(weight.values)),
      bias_(bias),
      weight_scale_(weight.scales),
      weight_zero_(at::zeros({weight.values.size(0)}, torch::kInt32)),
      out_(weight.values.size(0)),
      packed_(true) {}

Tensor PackedLinear::operator()(const Tensor& x) const {
  if (!packed_) return at::linear(x, weight_, bias_.defined() ? std::optional<Tensor>(bias_) : std::nullopt);
  std::vector<std::int64_t> shape = x.sizes().vec();
  shape.back() = out_;
  return product(prepare(x.reshape({-1, x.size(-1)}))).view(shape);
}

PackedLinear::Input PackedLinear::prepare(const Tensor& x) const {
  const std::int64_t count = x.size(0), width = x.size(1), padding = rounded_up(count) - count;
  if (!packed_) return {x, {}, count};
  if (type_ == WeightType::int8) {
    const Tensor values = x.contiguous();
    const Tensor bytes = at::empty({count + padding, width}, torch::kUInt8), scales = at::empty({count}, x.options());
    auto* to = bytes.mutable_data_ptr<std::uint8_t>();
    quantise_rows(values.const_data_ptr<float>(), count, width, to, scales.mutable_data_ptr<float>());
    std::fill_n(to + count * width, padding * width, static_cast<std::uint8_t>(kQuantisedZero));
    return {bytes, scales, count};
  }
  const Tensor rows = padding == 0 ? x : at::constant_pad_nd(x, {0, 0, 0, padding});
  return {type_ == WeightType::fp32 ? rows : rows.to(torch::kBFloat16), {}, count};
}

Tensor PackedLinear::product(const Input& input) const {
  const std::optional<Tensor> bias = bias_.defined() ? std::optional<Tensor>(bias_) : std::nullopt;
  if (!packed_) return at::linear(input.rows, weight_, bias);
  if (type_ == WeightType::int8) {
    const Tensor y = byte_product(input.rows, weight_, weight_scale_, weight_zero_);
    scale_rows(y.mutable_data_ptr<float>(), input.count, out_, input.scales.const_data_ptr<float>(),
               bias_.defined() ? bias_.const_data_ptr<float>() : nullptr);
    return y.narrow(0, 0, input.count);
  }
  const Tensor y = product_of(input.rows, weight_, bias).narrow(0, 0, input.count);
  return type_ == WeightType::fp32 ? y : y.to(torch::kFloat32);
}

}  // namespace dragoman
