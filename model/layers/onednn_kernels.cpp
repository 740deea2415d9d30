#include "base/rounding.h"
#include "kernels/row_quantiser.h"
#include "kernels/tiles.h"
#include "model/layers/linear_kernel.h"

#include <ATen/ATen.h>
#include <ATen/core/dispatch/Dispatcher.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <vector>

namespace dragoman {
namespace {

using torch::Tensor;
using Scalars = c10::List<std::optional<at::Scalar>>;

// oneDNN compiles code for each new number of rows; rounding the number up lets few kernels serve all batches.
constexpr std::int64_t kRowsOfOneKernel = 16;

// With AMX the order of oneDNN's sums in bf16 depends on the number of rows, but not up to here.
constexpr std::int64_t kRowsOfOneOrder = 32;

// The byte that the operator takes for 0 in all rows alike. In the middle, so that its sums stay small.
constexpr int kZero = 128;

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
  return prepack.call(weight.contiguous(), std::nullopt);
}

Tensor product_of(const Tensor& x, const Tensor& weight, const std::optional<Tensor>& bias, bool relu) {
  static const auto linear = c10::Dispatcher::singleton()
                                 .findSchemaOrThrow("mkldnn::_linear_pointwise", "")
                                 .typed<Tensor(const Tensor&, const Tensor&, const std::optional<Tensor>&,
                                               c10::string_view, Scalars, std::optional<c10::string_view>)>();
  static const Scalars no_scalars;
  return linear.call(x, weight, bias, relu ? "relu" : "none", no_scalars, "");
}

Tensor byte_product(const Tensor& bytes, const Tensor& weight, const Tensor& scale, const Tensor& zero) {
  static const auto linear =
      c10::Dispatcher::singleton()
          .findSchemaOrThrow("onednn::qlinear_pointwise", "")
          .typed<Tensor(Tensor, double, std::int64_t, Tensor, Tensor, Tensor, std::optional<Tensor>, double,
                        std::int64_t, std::optional<c10::ScalarType>, c10::string_view, Scalars, c10::string_view)>();
  static const Scalars no_scalars;
  return linear.call(bytes, 1.0, kZero, weight, scale, zero, std::nullopt, 1.0, 0, torch::kFloat32, "none", no_scalars,
                     "");
}

std::optional<Tensor> if_defined(const Tensor& tensor) {
  return tensor.defined() ? std::optional<Tensor>(tensor) : std::nullopt;
}

class OneDnnKernel : public LinearKernel {
 public:
  OneDnnKernel(const Tensor& weight, const Tensor& bias, torch::ScalarType type)
      : type_(type),
        most_rows_(type == torch::kBFloat16 && has_tiles() ? kRowsOfOneOrder
                                                           : std::numeric_limits<std::int64_t>::max()),
        weight_(pack_weight(weight.detach().to(type))),
        bias_(bias.defined() ? bias.detach().to(type) : bias) {}

  KernelInput prepare(const Tensor& x) const override {
    const std::int64_t padding = rounded_up(x.size(0), kRowsOfOneKernel) - x.size(0);
    const Tensor rows = padding == 0 ? x : at::constant_pad_nd(x, {0, 0, 0, padding});
    return {rows.to(type_), {}, {}, x.size(0)};
  }

  Tensor product(const KernelInput& input, const Epilogue& epilogue) const override {
    const Tensor y = product(input.rows, epilogue.relu).narrow(0, 0, input.count).to(torch::kFloat32);
    return epilogue.residual.defined() ? epilogue.residual + y : y;
  }

 private:
  Tensor product(const Tensor& rows, bool relu) const {
    if (rows.size(0) <= most_rows_) return product_of(rows, weight_, if_defined(bias_), relu);
    std::vector<Tensor> parts;
    for (const Tensor& part : rows.split(most_rows_))
      parts.push_back(product_of(part, weight_, if_defined(bias_), relu));
    return at::cat(parts);
  }

  torch::ScalarType type_;
  std::int64_t most_rows_;  // that one product may have
  Tensor weight_, bias_;
};

class OneDnnByteKernel : public LinearKernel {
 public:
  OneDnnByteKernel(const QuantisedMatrix& weight, const Tensor& bias)
      : weight_(pack_quantised(weight.values)),
        scales_(weight.scales),
        zeros_(at::zeros({weight.values.size(0)}, torch::kInt32)),
        column_sums_(weight.values.sum(1, false, torch::kInt32).to(torch::kFloat32) * weight.scales),
        bias_(bias) {}

  KernelInput prepare(const Tensor& x) const override {
    const Tensor values = x.contiguous();
    const std::int64_t count = x.size(0), width = x.size(1), rows = rounded_up(count, kRowsOfOneKernel);
    const Tensor bytes = at::empty({rows, width}, torch::kUInt8), scales = at::empty({count}, torch::kFloat32),
                 zeros = at::empty({count}, torch::kInt32);
    auto* to = bytes.mutable_data_ptr<std::uint8_t>();
    quantise_rows(values.const_data_ptr<float>(), count, width, to, width, scales.mutable_data_ptr<float>(),
                  zeros.mutable_data_ptr<std::int32_t>());
    std::fill_n(to + count * width, (rows - count) * width, static_cast<std::uint8_t>(kZero));
    return {bytes, scales, zeros, count};
  }

  Tensor product(const KernelInput& input, const Epilogue& epilogue) const override {
    Tensor y = byte_product(input.rows, weight_, scales_, zeros_).narrow(0, 0, input.count);
    y.addr_((kZero - input.zeros).to(torch::kFloat32), column_sums_).mul_(input.scales.unsqueeze(1));
    if (bias_.defined()) y.add_(bias_);
    if (epilogue.relu) y.relu_();
    return epilogue.residual.defined() ? y.add_(epilogue.residual) : y;
  }

 private:
  Tensor weight_, scales_, zeros_, column_sums_, bias_;
};

}  // namespace

Tensor onednn_linear(const Tensor& x, const Tensor& weight, const Tensor& bias) {
  return product_of(x, weight, bias, false);
}

LinearKernelPtr onednn_kernel(const Tensor& weight, const Tensor& bias, WeightType type) {
  const auto computed = type == WeightType::bf16 ? torch::kBFloat16 : torch::kFloat32;
  return std::make_shared<OneDnnKernel>(weight, bias, computed);
}

LinearKernelPtr onednn_byte_kernel(const QuantisedMatrix& weight, const Tensor& bias) {
  return std::make_shared<OneDnnByteKernel>(weight, bias);
}

}  // namespace dragoman
