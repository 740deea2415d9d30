#include "formats/foreign/weight_names.h"

#include "formats/stored_weights.h"

#include <ATen/ATen.h>

namespace dragoman {

using torch::Tensor;

void TakenWeights::tensor(const std::string& ours, const std::vector<std::string>& theirs,
                          const std::vector<std::int64_t>& shape) {
  std::vector<Tensor> parts;
  for (const std::string& name : theirs) parts.push_back(weights_.take(name, shape));
  if (parts.size() == 1) {
    taken_.emplace_back(ours, parts.front());
    return;
  }
  taken_.emplace_back(ours, at::cat(parts));
  for (const Tensor& part : parts) weights_.forget(part);
}

Tensor GivenWeights::own(const std::string& name) const {
  return stored_weight(weights_, name, "model.safetensors").to(torch::kFloat32);
}

void GivenWeights::tensor(const std::string& ours, const std::vector<std::string>& theirs,
                          const std::vector<std::int64_t>& shape) {
  const Tensor whole = own(ours);
  std::int64_t row = 0;
  for (const std::string& name : theirs) {
    give(name, whole.narrow(0, row, shape.front()));
    row += shape.front();
  }
}

}  // namespace dragoman
