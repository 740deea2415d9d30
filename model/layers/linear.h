#pragma once

#include "model/forward_context.h"
#include "model/layers/packed_linear.h"
#include "model/shapes.h"

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>
#include <torch/types.h>

#include <cstdint>
#include <optional>

namespace dragoman {

/// x · weightᵀ + bias with learned weight [out, in] and bias [out]; computed in the context's type.
class LinearImpl : public torch::nn::Module {
 public:
  LinearImpl(std::int64_t in, std::int64_t out, bool bias, ForwardContextPtr context);

  /// x: [..., in] → [..., out]
  torch::Tensor forward(const torch::Tensor& x, const Epilogue& epilogue = {});

  /// The type in which it takes its input, into which forward() turns any other.
  c10::ScalarType input_type() const { return context_->compute_type.value_or(weight.scalar_type()); }

  /// Prepares for inference with the weights as they are now; training mode goes back to the plain product.
  void pack(WeightType type = WeightType::fp32);
  /// The same with weights that go nowhere else: `weight` keeps its shape alone, and there is no way back to training.
  void keep_only(PackedLinear packed);
  void train(bool on = true) override;

  torch::Tensor weight;  ///< [out, in]
  torch::Tensor bias;    ///< [out], or undefined

 private:
  ForwardContextPtr context_;
  std::optional<PackedLinear> packed_;
  bool only_packed_ = false;
};
TORCH_MODULE(Linear);

}  // namespace dragoman
