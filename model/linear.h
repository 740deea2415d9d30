#pragma once

#include "model/forward_context.h"
#include "model/shapes.h"

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>
#include <torch/types.h>

#include <cstdint>
#include <optional>

namespace dragoman {

/// x · weightᵀ + bias for weights that do not change, laid out once as the CPU's kernels want them. Besides being fast,
/// it gives a row the same result whatever other rows are in the batch. Elsewhere than on a CPU in fp32 it is the plain
/// product.
class PackedLinear {
 public:
  /// weight: [out, in]; bias: [out] or undefined. Both are referenced, not copied, unless they are packed.
  PackedLinear(const torch::Tensor& weight, const torch::Tensor& bias);

  /// x: [..., in] → [..., out]
  torch::Tensor operator()(const torch::Tensor& x) const;

 private:
  torch::Tensor weight_;  // packed, or as it came
  torch::Tensor bias_;
  bool packed_;
};

/// x · weightᵀ + bias with learned weight [out, in] and bias [out]; computed in the context's type.
class LinearImpl : public torch::nn::Module {
 public:
  LinearImpl(std::int64_t in, std::int64_t out, bool bias, ForwardContextPtr context);

  /// x: [..., in] → [..., out]
  torch::Tensor forward(const torch::Tensor& x);

  /// Prepares for inference with the weights as they are now; training mode goes back to the plain product.
  void pack();
  void train(bool on = true) override;

  torch::Tensor weight;  ///< [out, in]
  torch::Tensor bias;    ///< [out], or undefined

 private:
  ForwardContextPtr context_;
  std::optional<PackedLinear> packed_;
};
TORCH_MODULE(Linear);

/// Puts `model` into evaluation mode and packs every Linear in it, with the weights as they are now.
void prepare_for_inference(torch::nn::Module& model);

}  // namespace dragoman
