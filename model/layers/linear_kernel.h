#pragma once

#include "model/layers/quantised_matrix.h"
#include "model/weight_type.h"

#include <torch/types.h>

#include <cstdint>
#include <memory>

namespace dragoman {

/// What follows a product in the same pass over its result: y = residual + relu(x · weightᵀ + bias).
struct Epilogue {
  bool relu = false;
  torch::Tensor residual;  ///< of y's shape, or undefined: none
};

/// Rows as a kernel's product() takes them; the same for all weights of one kind and one width.
struct KernelInput {
  torch::Tensor rows;    ///< [at least count, at least in]
  torch::Tensor scales;  ///< bytes and digits: [count]
  torch::Tensor zeros;   ///< bytes: [count] int32, those that stand for 0
  std::int64_t count = 0;
};

/// One way of computing x · weightᵀ + bias for weights that do not change.
class LinearKernel {
 public:
  virtual ~LinearKernel() = default;

  /// x: [R, in]
  virtual KernelInput prepare(const torch::Tensor& x) const = 0;
  /// → [R, out], contiguous
  virtual torch::Tensor product(const KernelInput& input, const Epilogue& epilogue) const = 0;
};

using LinearKernelPtr = std::shared_ptr<const LinearKernel>;

/// LibTorch's own product, on any device, in the weight's type. The weight [out, in] and bias [out] are referenced.
LinearKernelPtr plain_kernel(const torch::Tensor& weight, const torch::Tensor& bias);

/// x · weightᵀ + bias by oneDNN, of a weight that may change: at::linear without its copy of the bias to every row
/// first. All of bfloat16 on a CPU, where that is_fast(). x: [..., in]; weight: [out, in]; bias: [out]
torch::Tensor onednn_linear(const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& bias);

/// oneDNN's, with the weight packed. For fp32 weights on a CPU; type: fp32 or bf16.
LinearKernelPtr onednn_kernel(const torch::Tensor& weight, const torch::Tensor& bias, WeightType type);

/// fp32 by FloatPanels, which must be supported().
LinearKernelPtr float_panels_kernel(const torch::Tensor& weight, const torch::Tensor& bias);

/// fp32 by DigitPanels, which must be supported() for the weight's width.
LinearKernelPtr digit_panels_kernel(const torch::Tensor& weight, const torch::Tensor& bias);

/// oneDNN's in int8, on any processor that has a `qlinear` operator.
LinearKernelPtr onednn_byte_kernel(const QuantisedMatrix& weight, const torch::Tensor& bias);

/// int8 by BytePanels, which must be supported().
LinearKernelPtr byte_panels_kernel(const QuantisedMatrix& weight, const torch::Tensor& bias);

}  // namespace dragoman
