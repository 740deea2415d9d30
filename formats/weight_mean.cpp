#include "formats/weight_mean.h"

#include <ATen/ATen.h>

#include <fmt/format.h>
#include <fmt/ostream.h>
#include <stdexcept>

namespace dragoman {

void WeightMean::add(const SafetensorsFile& weights, const std::filesystem::path& file, double share) {
  if (sums_.empty()) {
    first_ = file;
    for (const auto& [name, tensor] : weights.tensors)
      sums_.emplace_back(name, at::zeros(tensor.sizes(), torch::kFloat64));
  }
  const auto refuse = [&](const std::string& what) {
    throw std::runtime_error(fmt::format("{}: {}; the mean is of models of one shape", file.string(), what));
  };
  if (weights.tensors.size() != sums_.size())
    refuse(fmt::format("has {} tensors, but {} has {}", weights.tensors.size(), first_.string(), sums_.size()));
  for (auto& [name, sum] : sums_) {
    const torch::Tensor& value = weights.at(name, file);
    if (value.sizes() != sum.sizes()) {
      refuse(fmt::format("'{}' has shape {}, but in {} {}", name, fmt::streamed(value.sizes()), first_.string(),
                         fmt::streamed(sum.sizes())));
    }
    sum.add_(value.to(torch::kFloat64), share);
  }
  shares_ += share;
}

NamedTensors WeightMean::result() const {
  if (sums_.empty()) throw std::logic_error("there are no weights to average");
  NamedTensors mean;
  for (const auto& [name, sum] : sums_) mean.emplace_back(name, (sum / shares_).to(torch::kFloat32));
  return mean;
}

}  // namespace dragoman
