#pragma once

#include "model/quantised_weights.h"
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
  torch::Tensor operator()(const torch::Tensor& x) const;

  /// Rows in the form that product() takes: for all weights of one type alike, so that several can share it.
  struct Input {
    torch::Tensor rows;    ///< [at least count, in]
    torch::Tensor scales;  ///< int8: [at least count]
    std::int64_t count = 0;
  };
  /// x: [R, in]
  Input prepare(const torch::Tensor& x) const;
  /// → [R, out], contiguous
  torch::Tensor product(const Input& input) const;

 private:
  WeightType type_;
  torch::Tensor weight_;        // packed, or as it came
  torch::Tensor bias_;          // [out], or undefined
  torch::Tensor weight_scale_;  // int8: [out]
  torch::Tensor weight_zero_;   // int8: [out], all 0
  std::int64_t out_;
  bool packed_;
};

}  // namespace dragoman
