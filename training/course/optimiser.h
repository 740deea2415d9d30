#pragma once

#include "base/enum_names.h"
#include "model/named_tensors.h"

#include <torch/nn/module.h>
#include <torch/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dragoman {

enum class OptimiserAlgorithm { adam, adamw };

template <>
inline constexpr auto kEnumNames<OptimiserAlgorithm> =
    enum_names<OptimiserAlgorithm>({{OptimiserAlgorithm::adam, "adam"}, {OptimiserAlgorithm::adamw, "adamw"}});

struct OptimiserOptions {
  OptimiserAlgorithm optimiser = OptimiserAlgorithm::adam;
  double beta1 = 0.9;     ///< in [0, 1)
  double beta2 = 0.98;    ///< in [0, 1)
  double epsilon = 1e-9;  ///< positive
  double weight_decay =
      0;                 ///< adam: added to the gradient (L2); adamw: decoupled (Loshchilov and Hutter 2019); 0 or more
  double clip_norm = 1;  ///< gradients with a larger norm over all parameters are scaled down to it; 0: never

  void validate() const;
};

/// Adam (Kingma and Ba 2015) through LibTorch's fused step, for all parameters at once.
class Optimiser {
 public:
  Optimiser(const torch::nn::Module& model, const OptimiserOptions& options);

  /// One update from the accumulated gradients, which are then dropped. Returns the gradients' norm before clipping; if
  /// it is not finite, nothing is updated.
  double step(double learning_rate);

  /// Moments and step counts, named `prefix` + kind + the parameter's name, referring to the optimiser's own tensors.
  NamedTensors state(const std::string& prefix) const;

 private:
  std::vector<std::string> names_;
  std::vector<torch::Tensor> parameters_, first_moments_, second_moments_, steps_;
  OptimiserOptions options_;
};

}  // namespace dragoman
