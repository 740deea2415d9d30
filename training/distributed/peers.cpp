#include "training/distributed/peers.h"

#include <ATen/ATen.h>

namespace dragoman {

bool Peers::any(bool wish) const {
  if (!group_) return wish;
  const torch::Tensor wishes = at::full({1}, wish ? 1.0 : 0.0, torch::kFloat64);
  group_->reduce(wishes, ProcessGroup::Reduction::sum);
  return wishes.item<double>() > 0;
}

std::int64_t Peers::least(std::int64_t value) const {
  if (!group_) return value;
  const torch::Tensor values = at::full({1}, value, torch::kInt64);
  group_->reduce(values, ProcessGroup::Reduction::least);
  return values.item<std::int64_t>();
}

std::string Peers::from_first(const std::string& text) const {
  return group_ ? group_->from_first(text) : text;
}

}  // namespace dragoman
