#include "model/layers/linear_kernel.h"

#include "base/rounding.h"
#include "kernels/row_quantiser.h"
#include "model/layers/byte_product.h"
#include "model/layers/digit_product.h"
#include "model/layers/float_product.h"

#include <ATen/ATen.h>

#include <optional>

namespace dragoman {
namespace {

using torch::Tensor;

class PlainKernel : public LinearKernel {
 public:
  PlainKernel(const Tensor& weight, const Tensor& bias)
      : weight_(weight), bias_(bias.defined() ? std::optional<Tensor>(bias) : std::nullopt) {}

  KernelInput prepare(const Tensor& x) const override { return {x, {}, {}, x.size(0)}; }

  Tensor product(const KernelInput& input, const Epilogue& epilogue) const override {
    const Tensor linear = at::linear(input.rows, weight_, bias_), y = epilogue.relu ? at::relu(linear) : linear;
    return epilogue.residual.defined() ? epilogue.residual + y : y;
  }

 private:
  Tensor weight_;
  std::optional<Tensor> bias_;
};

// Null where there is none.
const float* floats_of(const Tensor& residual) {
  return residual.defined() ? residual.const_data_ptr<float>() : nullptr;
}

// By panels of ours, of any kind.
template <typename Panels, typename Rows>
Tensor product_of(const Panels& panels, const Rows& rows, const Epilogue& epilogue) {
  const Tensor y = at::empty({rows.count, panels.out()}, torch::kFloat32);
  const Tensor residual = epilogue.residual.defined() ? epilogue.residual.contiguous() : Tensor();
  panels.product(rows, epilogue.relu, floats_of(residual), y.mutable_data_ptr<float>());
  return y;
}

class FloatPanelsKernel : public LinearKernel {
 public:
  FloatPanelsKernel(const Tensor& weight, const Tensor& bias) : panels_(weight, bias) {}

  KernelInput prepare(const Tensor& x) const override { return {x.contiguous(), {}, {}, x.size(0)}; }

  Tensor product(const KernelInput& input, const Epilogue& epilogue) const override {
    const FloatRows rows{input.rows.const_data_ptr<float>(), input.rows.size(1), input.count};
    return product_of(panels_, rows, epilogue);
  }

 private:
  FloatPanels panels_;
};

class DigitPanelsKernel : public LinearKernel {
 public:
  DigitPanelsKernel(const Tensor& weight, const Tensor& bias) : panels_(weight, bias) {}

  KernelInput prepare(const Tensor& x) const override {
    const Tensor values = x.contiguous();
    const std::int64_t count = x.size(0), stride = panels_.stride();
    const Tensor digits = at::empty({rounded_up(count, kTileRows), stride}, torch::kInt8),
                 scales = at::empty({count}, torch::kFloat32);
    write_digits(values.const_data_ptr<float>(), count, x.size(1), panels_.depth(),
                 digits.mutable_data_ptr<std::int8_t>(), stride, scales.mutable_data_ptr<float>());
    return {digits, scales, {}, count};
  }

  Tensor product(const KernelInput& input, const Epilogue& epilogue) const override {
    const DigitRows rows{input.rows.const_data_ptr<std::int8_t>(), input.rows.size(1),
                         input.scales.const_data_ptr<float>(), input.count};
    return product_of(panels_, rows, epilogue);
  }

 private:
  DigitPanels panels_;
};

class BytePanelsKernel : public LinearKernel {
 public:
  BytePanelsKernel(const QuantisedMatrix& weight, const Tensor& bias) : panels_(weight, bias) {}

  KernelInput prepare(const Tensor& x) const override {
    const Tensor values = x.contiguous();
    const std::int64_t count = x.size(0), stride = panels_.stride(), rows = rounded_up(count, kRowMultiple);
    const Tensor bytes = at::empty({rows, stride}, torch::kUInt8), scales = at::empty({count}, torch::kFloat32),
                 zeros = at::empty({count}, torch::kInt32);
    quantise_rows(values.const_data_ptr<float>(), count, x.size(1), bytes.mutable_data_ptr<std::uint8_t>(), stride,
                  scales.mutable_data_ptr<float>(), zeros.mutable_data_ptr<std::int32_t>());
    return {bytes, scales, zeros, count};
  }

  Tensor product(const KernelInput& input, const Epilogue& epilogue) const override {
    const ByteRows rows{input.rows.const_data_ptr<std::uint8_t>(), input.rows.size(1),
                        input.scales.const_data_ptr<float>(), input.zeros.const_data_ptr<std::int32_t>(), input.count};
    return product_of(panels_, rows, epilogue);
  }

 private:
  BytePanels panels_;
};

}  // namespace

LinearKernelPtr plain_kernel(const Tensor& weight, const Tensor& bias) {
  return std::make_shared<PlainKernel>(weight, bias);
}

LinearKernelPtr float_panels_kernel(const Tensor& weight, const Tensor& bias) {
  return std::make_shared<FloatPanelsKernel>(weight, bias);
}

LinearKernelPtr digit_panels_kernel(const Tensor& weight, const Tensor& bias) {
  return std::make_shared<DigitPanelsKernel>(weight, bias);
}

LinearKernelPtr byte_panels_kernel(const QuantisedMatrix& weight, const Tensor& bias) {
  return std::make_shared<BytePanelsKernel>(weight, bias);
}

}  // namespace dragoman
