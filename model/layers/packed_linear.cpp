#include "model/layers/packed_linear.h"

#include "model/layers/byte_product.h"
#include "model/layers/digit_product.h"
#include "model/layers/float_product.h"

#include <ATen/ATen.h>

#include <vector>

namespace dragoman {
namespace {

using torch::Tensor;

LinearKernelPtr quantised_kernel(const QuantisedMatrix& weight, const Tensor& bias) {
  return BytePanels::supported() ? byte_panels_kernel(weight, bias) : onednn_byte_kernel(weight, bias);
}

LinearKernelPtr kernel_for(const Tensor& weight, const Tensor& bias, WeightType type) {
  if (!weight.is_cpu() || weight.scalar_type() != torch::kFloat32) return plain_kernel(weight, bias);
  if (type == WeightType::int8) return quantised_kernel(quantise(weight.detach()), bias);
  if (type == WeightType::fp32 && DigitPanels::supported(weight.size(1))) return digit_panels_kernel(weight, bias);
  if (type == WeightType::fp32 && FloatPanels::supported()) return float_panels_kernel(weight, bias);
  return onednn_kernel(weight, bias, type);
}

}  // namespace

PackedLinear::PackedLinear(const Tensor& weight, const Tensor& bias, WeightType type)
    : out_(weight.size(0)), kernel_(kernel_for(weight, bias, type)) {}

PackedLinear::PackedLinear(const QuantisedMatrix& weight, const Tensor& bias)
    : out_(weight.values.size(0)), kernel_(quantised_kernel(weight, bias)) {}

Tensor PackedLinear::operator()(const Tensor& x, const Epilogue& epilogue) const {
  std::vector<std::int64_t> shape = x.sizes().vec();
  shape.back() = out_;
  const Tensor rows = x.reshape({-1, x.size(-1)});
  Epilogue of_rows = epilogue;
  if (of_rows.residual.defined()) of_rows.residual = of_rows.residual.reshape({-1, out_});
  return kernel_->product(kernel_->prepare(rows), of_rows).view(shape);
}

}  // namespace dragoman
