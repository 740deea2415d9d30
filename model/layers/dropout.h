#pragma once

#include "kernels/dropout_bits.h"
#include "model/pass.h"
#include "model/random_sites.h"

#include <torch/types.h>

#include <cstdint>

namespace dragoman {

/// x with each element zeroed with probability p and the others divided by 1 - p (Srivastava et al. 2014, inverted).
/// p is rounded to a multiple of 2^-16. x: any shape, float32, float64 or bfloat16.
torch::Tensor dropout(const torch::Tensor& x, double p, const DropoutKey& key);

/// residual + dropout(x), in one pass; the result has the residual's type. Both of one shape.
torch::Tensor add_dropout(const torch::Tensor& residual, const torch::Tensor& x, double p, const DropoutKey& key);

/// dropout(relu(x)), of which only the result is kept for the backward pass: it is 0 wherever the gradient is.
torch::Tensor relu_dropout(const torch::Tensor& x, double p, const DropoutKey& key);

/// One place in a model where dropout is applied, with a site of its own. Sentences are the outermost dimension of what
/// comes there.
class Dropout {
 public:
  Dropout(double p, RandomSites& sites) : p_(p), site_(sites.next()) {}

  torch::Tensor operator()(const Pass& pass, const torch::Tensor& x, bool training) const;
  torch::Tensor add(const Pass& pass, const torch::Tensor& residual, const torch::Tensor& x, bool training) const;
  torch::Tensor relu(const Pass& pass, const torch::Tensor& x, bool training) const;

  /// For kernels that drop as they go: what operator() would use in a tensor of so many elements.
  DropoutKey key(const Pass& pass, std::int64_t elements) const {
    return {pass.seed_at_position(), pass.batch, site_, pass.first_element(elements)};
  }
  double probability() const { return p_; }

 private:
  double p_;
  std::uint32_t site_;
};

}  // namespace dragoman
