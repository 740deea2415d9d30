#include "training/distributed/gradient_sum.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/function_hook.h>
#include <torch/csrc/autograd/variable.h>

#include <cstdint>
#include <utility>

namespace dragoman {
namespace {

using torch::Tensor;

class Hook : public torch::autograd::PostAccumulateGradHook {
 public:
  explicit Hook(std::function<void()> call) : call_(std::move(call)) {}
  void operator()(const torch::autograd::Variable&) override { call_(); }

 private:
  std::function<void()> call_;
};

}  // namespace

GradientSum::GradientSum(std::vector<std::vector<Tensor>> replicas, ProcessGroup& group, std::size_t bucket_bytes)
    : replicas_(std::move(replicas)), group_(group) {
  const std::vector<Tensor>& parameters = replicas_[0];
  std::vector<std::int64_t> sizes;  // of the buckets, in elements
  std::size_t bytes = 0;
  for (std::size_t i = parameters.size(); i-- > 0;) {
    if (buckets_.empty() || bytes >= bucket_bytes) {
      buckets_.emplace_back();
      sizes.push_back(0);
      bytes = 0;
    }
    buckets_.back().parameters.push_back(i);
    sizes.back() += parameters[i].numel();
    bytes += parameters[i].nbytes();
    for (const std::vector<Tensor>& replica : replicas_) {
      torch::autograd::impl::set_post_acc_grad_hooks(
          replica[i], std::make_unique<Hook>([this, number = buckets_.size() - 1] { mark_ready(number); }));
    }
  }
  for (std::size_t i = 0; i < buckets_.size(); ++i)
    buckets_[i].flat = at::empty({sizes[i]}, at::TensorOptions(torch::kFloat32).device(group.sum_device()));
}

GradientSum::~GradientSum() {
  for (const std::vector<Tensor>& replica : replicas_) {
    for (const Tensor& parameter : replica) torch::autograd::impl::set_post_acc_grad_hooks(parameter, nullptr);
  }
}

void GradientSum::expect_last_pass() {
  is_last_pass_ = true;
  for (Bucket& bucket : buckets_) bucket.pending = bucket.parameters.size() * replicas_.size();
}

void GradientSum::mark_ready(std::size_t number) {
  if (!is_last_pass_) return;
  const std::lock_guard lock(mutex_);
  --buckets_[number].pending;
  // In the same order in all processes.
  while (begun_ < buckets_.size() && buckets_[begun_].pending == 0) begin(buckets_[begun_++]);
}

void GradientSum::begin(Bucket& bucket) {
  torch::NoGradGuard no_grad;
  std::int64_t offset = 0;
  for (const std::size_t i : bucket.parameters) {
    Tensor place = bucket.flat.narrow(0, offset, replicas_[0][i].numel());
    bool is_there = false;
    for (const std::vector<Tensor>& replica : replicas_) {
      const Tensor& gradient = replica[i].grad();
      if (!gradient.defined()) continue;
      is_there ? place.add_(gradient.flatten()) : place.copy_(gradient.flatten());
      is_there = true;
    }
    if (!is_there) place.zero_();
    offset += place.numel();
  }
  bucket.wait = group_.start_sum(bucket.flat);
}

void GradientSum::finish() {
  torch::NoGradGuard no_grad;
  while (begun_ < buckets_.size()) begin(buckets_[begun_++]);
  for (Bucket& bucket : buckets_) {
    std::exchange(bucket.wait, {})();
    std::int64_t offset = 0;
    for (const std::size_t i : bucket.parameters) {
      Tensor& parameter = replicas_[0][i];
      const Tensor sum = bucket.flat.narrow(0, offset, parameter.numel()).view_as(parameter);
      if (parameter.grad().defined()) {
        parameter.mutable_grad().copy_(sum);
      } else {
        parameter.mutable_grad() = sum.to(parameter.device(), parameter.scalar_type(), false, true);
      }
      offset += parameter.numel();
    }
  }
  for (std::size_t k = 1; k < replicas_.size(); ++k) {
    for (Tensor& parameter : replicas_[k]) parameter.mutable_grad().reset();
  }
  begun_ = 0;
  is_last_pass_ = false;
}

}  // namespace dragoman
