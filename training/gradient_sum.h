#pragma once

#include "training/process_group.h"

#include <torch/nn/module.h>
#include <torch/types.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

namespace dragoman {

/// Sums gradients over the processes of a group, bucket by bucket, while the backward pass still computes others: as
/// soon as all gradients of a bucket are there, and those of all buckets before it, its sum is begun (Li et al. 2020,
/// "PyTorch Distributed", section 3.2).
class GradientSum {
 public:
  /// model and group must outlive this object. Buckets are made of the parameters in their order from last to first,
  /// about the order in which a backward pass is done with them.
  GradientSum(torch::nn::Module& model, ProcessGroup& group, std::size_t bucket_bytes = 25'000'000);
  ~GradientSum();
  GradientSum(const GradientSum&) = delete;
  GradientSum& operator=(const GradientSum&) = delete;

  /// The next backward pass is the last of this update.
  void expect_last_pass();

  /// Begins what has not begun, waits for all, and leaves the sums in the parameters' gradients. A gradient that is
  /// not there counts as zero.
  void finish();

 private:
  struct Bucket {
    std::vector<torch::Tensor> parameters;
    torch::Tensor flat;
    std::size_t pending = 0;
    std::function<void()> wait;  // empty until the sum has begun
  };

  void mark_ready(std::size_t bucket);
  void begin(Bucket& bucket);

  ProcessGroup& group_;
  std::vector<Bucket> buckets_;
  std::size_t begun_ = 0;
  bool is_last_pass_ = false;
};

}  // namespace dragoman
