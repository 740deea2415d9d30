#pragma once

#include "model/layers/packed_linear.h"
#include "model/pass.h"
#include "model/shapes.h"

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>
#include <torch/types.h>

#include <cstdint>
#include <optional>

namespace dragoman {

/// x · weightᵀ + bias with learned weight [out, in] and bias [out]; computed in the pass's type.
class LinearImpl : public torch::nn::Module {
 public:
  LinearImpl(std::int64_t in, std::int64_t out, bool bias);

  /// x: [..., in] → [..., out]
  torch::Tensor forward(const Pass& pass, const torch::Tensor& x, const Epilogue& epilogue = {}) const;

  /// The type in which it takes its input, into which forward() turns any other.
  c10::ScalarType input_type(const Pass& pass) const { return pass.compute_type.value_or(weight.scalar_type()); }

  /// Prepares for inference with the weights as they are now; training mode goes back to the plain product.
  void pack(WeightType type = WeightType::fp32);
  /// The same with weights that go nowhere else: `weight` keeps its shape alone, and there is no way back to training.
  void keep_only(PackedLinear packed);
  void train(bool on = true) override;

  torch::Tensor weight;  ///< [out, in]
  torch::Tensor bias;    ///< [out], or undefined

 private:
  std::optional<PackedLinear> packed_;
  bool only_packed_ = false;
};
TORCH_MODULE(Linear);

}  // namespace dragoman
