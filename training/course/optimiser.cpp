#include "training/course/optimiser.h"

#include <ATen/ATen.h>

#include <cmath>
#include <fmt/format.h>
#include <optional>
#include <stdexcept>

namespace dragoman {

using torch::Tensor;

void OptimiserOptions::validate() const {
  const auto require = [](bool holds, std::string_view name, double value, std::string_view allowed) {
    if (!holds) throw std::invalid_argument(fmt::format("{} is {}, but must be {}", name, value, allowed));
  };
  require(beta1 >= 0 && beta1 < 1, "beta1", beta1, "at least 0 and below 1");
  require(beta2 >= 0 && beta2 < 1, "beta2", beta2, "at least 0 and below 1");
  require(epsilon > 0, "epsilon", epsilon, "positive");
  require(weight_decay >= 0, "weight-decay", weight_decay, "0 or more");
  require(clip_norm >= 0, "clip-norm", clip_norm, "0 or more");
}

Optimiser::Optimiser(const torch::nn::Module& model, const OptimiserOptions& options) : options_(options) {
  for (const auto& item : model.named_parameters()) {
    names_.push_back(item.key());
    parameters_.push_back(item.value());
    first_moments_.push_back(at::zeros_like(item.value(), at::MemoryFormat::Contiguous).detach());
    second_moments_.push_back(at::zeros_like(item.value(), at::MemoryFormat::Contiguous).detach());
    steps_.push_back(at::zeros({}, item.value().options().dtype(torch::kFloat32)).detach());
  }
}

double Optimiser::step(double learning_rate) {
  torch::NoGradGuard no_grad;
  std::vector<Tensor> gradients;
  for (Tensor& parameter : parameters_) {
    if (!parameter.grad().defined()) parameter.mutable_grad() = at::zeros_like(parameter);
    gradients.push_back(parameter.grad());
  }
  const double norm = at::linalg_vector_norm(at::stack(at::_foreach_norm(gradients))).item<double>();
  if (std::isfinite(norm)) {
    std::optional<Tensor> divisor;  // the fused step divides the gradients by it on its way
    if (options_.clip_norm > 0 && norm > options_.clip_norm) {
      divisor = at::full({}, norm / options_.clip_norm, parameters_[0].options().dtype(torch::kFloat32));
    }
    at::_foreach_add_(steps_, 1);
    if (options_.optimiser == OptimiserAlgorithm::adam) {
      at::_fused_adam_(parameters_, gradients, first_moments_, second_moments_, {}, steps_, learning_rate,
                       options_.beta1, options_.beta2, options_.weight_decay, options_.epsilon, false, false, divisor);
    } else {
      at::_fused_adamw_(parameters_, gradients, first_moments_, second_moments_, {}, steps_, learning_rate,
                        options_.beta1, options_.beta2, options_.weight_decay, options_.epsilon, false, false, divisor);
    }
  }
  for (Tensor& parameter : parameters_) parameter.mutable_grad().reset();
  return norm;
}

NamedTensors Optimiser::state(const std::string& prefix) const {
  NamedTensors tensors;
  for (std::size_t i = 0; i < names_.size(); ++i) {
    tensors.emplace_back(prefix + "first_moment." + names_[i], first_moments_[i]);
    tensors.emplace_back(prefix + "second_moment." + names_[i], second_moments_[i]);
    tensors.emplace_back(prefix + "steps." + names_[i], steps_[i]);
  }
  return tensors;
}

}  // namespace dragoman
