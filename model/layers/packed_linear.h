#pragma once

#include "model/layers/linear_kernel.h"
#include "model/layers/quantised_matrix.h"
#include "model/shapes.h"
#include "model/weight_type.h"

#include <torch/types.h>

#include <cstdint>

namespace dragoman {

/// x · weightᵀ + bias for weights that do not change, laid out once as the CPU's kernels want them. Besides being fast,
/// it gives a row the same result whatever other rows are in the batch. Elsewhere than on a CPU, and for weights that
/// are not fp32, it is the plain product.
class PackedLinear {
 public:
  /// weight: [out, in]; bias: [out] or undefined. Both are referenced, not copied, unless they are packed.
  PackedLinear(const torch::Tensor& weight, const torch::Tensor& bias, WeightType type = WeightType::fp32);

  /// int8, with a weight that is quantised already.
  PackedLinear(const QuantisedMatrix& weight, const torch::Tensor& bias);

  /// x: [..., in] → [..., out]; fp32 in, fp32 out where the weight is packed
  torch::Tensor operator()(const torch::Tensor& x, const Epilogue& epilogue = {}) const;

  /// The two halves of it, for several weights of one type that share their input. x: [R, in] → [R, out], contiguous
  KernelInput prepare(const torch::Tensor& x) const { return kernel_->prepare(x); }
  torch::Tensor product(const KernelInput& input) const { return kernel_->product(input, {}); }

 private:
  std::int64_t out_;
  LinearKernelPtr kernel_;
};

}  // namespace dragoman
