#include "training/course/moving_average.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace dragoman {

using torch::Tensor;

MovingAverage::MovingAverage(const torch::nn::Module& model, double decay) : decay_(decay) {
  for (const auto& item : model.named_parameters()) {
    names_.push_back(item.key());
    weights_.push_back(item.value());
    averages_.push_back(item.value().detach().clone());
  }
}

void MovingAverage::update(std::int64_t step) {
  torch::NoGradGuard no_grad;
  const auto t = static_cast<double>(step);
  at::_foreach_lerp_(averages_, weights_, 1.0 - std::min(decay_, (1.0 + t) / (10.0 + t)));
}

void MovingAverage::exchange() {
  torch::NoGradGuard no_grad;
  for (std::size_t i = 0; i < weights_.size(); ++i) {
    const Tensor aside = weights_[i].detach().clone();
    weights_[i].copy_(averages_[i]);
    averages_[i].copy_(aside);
  }
}

NamedTensors MovingAverage::state(const std::string& prefix) const {
  NamedTensors tensors;
  for (std::size_t i = 0; i < names_.size(); ++i) tensors.emplace_back(prefix + names_[i], averages_[i]);
  return tensors;
}

}  // namespace dragoman
