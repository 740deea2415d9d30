#include "training/gradient_sum.h"

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

GradientSum::GradientSum(torch::nn::Module& model, ProcessGroup& group, std::size_t bucket_bytes) : group_(group) {
  std::vector<Tensor> parameters = model.parameters();
  std::size_t bytes = 0;
  for (auto parameter = parameters.rbegin(); parameter != parameters.rend(); ++parameter) {
    if (buckets_.empty() || bytes >= bucket_bytes) {
      buckets_.emplace_back();
      bytes = 0;
    }
    buckets_.back().parameters.push_back(*parameter);
    bytes += parameter->nbytes();
    torch::autograd::impl::set_post_acc_grad_hooks(
        *parameter, std::make_unique<Hook>([this, number = buckets_.size() - 1] { mark_ready(number); }));
  }
  for (Bucket& bucket : buckets_) {
    std::int64_t size = 0;
    for (const Tensor& parameter : bucket.parameters) size += parameter.numel();
    bucket.flat = at::empty({size}, at::TensorOptions(torch::kFloat32).device(group.sum_device()));
  }
}

GradientSum::~GradientSum() {
  for (const Bucket& bucket : buckets_) {
    for (const Tensor& parameter : bucket.parameters)
      torch::autograd::impl::set_post_acc_grad_hooks(parameter, nullptr);
  }
}

void GradientSum::expect_last_pass() {
  is_last_pass_ = true;
  for (Bucket& bucket : buckets_) bucket.pending = bucket.parameters.size();
}

void GradientSum::mark_ready(std::size_t number) {
  if (!is_last_pass_) return;
  --buckets_[number].pending;
  // In the same order in all processes.
  while (begun_ < buckets_.size() && buckets_[begun_].pending == 0) begin(buckets_[begun_++]);
}

void GradientSum::begin(Bucket& bucket) {
  torch::NoGradGuard no_grad;
  std::int64_t offset = 0;
  for (const Tensor& parameter : bucket.parameters) {
    Tensor place = bucket.flat.narrow(0, offset, parameter.numel());
    if (parameter.grad().defined()) {
      place.copy_(parameter.grad().flatten());
    } else {
      place.zero_();
    }
    offset += parameter.numel();
  }
  bucket.wait = group_.start_sum(bucket.flat);
}

void GradientSum::finish() {
  torch::NoGradGuard no_grad;
  while (begun_ < buckets_.size()) begin(buckets_[begun_++]);
  for (Bucket& bucket : buckets_) {
    std::exchange(bucket.wait, {})();
    std::int64_t offset = 0;
    for (Tensor& parameter : bucket.parameters) {
      const Tensor sum = bucket.flat.narrow(0, offset, parameter.numel()).view_as(parameter);
      if (parameter.grad().defined()) {
        parameter.mutable_grad().copy_(sum);
      } else {
        parameter.mutable_grad() = sum.to(parameter.device(), parameter.scalar_type(), false, true);
      }
      offset += parameter.numel();
    }
  }
  begun_ = 0;
  is_last_pass_ = false;
}

}  // namespace dragoman
