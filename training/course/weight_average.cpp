#include "training/course/weight_average.h"

#include "formats/weight_assignment.h"

#include <ATen/ATen.h>

#include <stdexcept>

namespace dragoman {

void average_weights(torch::nn::Module& model, const std::vector<std::filesystem::path>& files) {
  if (files.empty()) throw std::invalid_argument("there are no weights to average");
  torch::NoGradGuard no_grad;
  std::vector<torch::Tensor> sums;
  for (const auto& file : files) {
    assign_weights(model, load_safetensors(file), file);
    std::size_t i = 0;
    for (const torch::Tensor& weight : model.parameters()) {
      const torch::Tensor value = weight.to(torch::kFloat64);
      if (sums.size() <= i) {
        sums.push_back(value.clone());
      } else {
        sums[i].add_(value);
      }
      ++i;
    }
  }
  std::size_t i = 0;
  for (torch::Tensor& weight : model.parameters()) weight.copy_(sums[i++] / static_cast<double>(files.size()));
}

}  // namespace dragoman
