#pragma once

#include "training/distributed/process_group.h"

#include <torch/types.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace dragoman {

/// Sums gradients over the processes of a group, bucket by bucket, while the backward pass still computes others: as
/// soon as all gradients of a bucket are there, and those of all buckets before it, its sum is begun (Li et al. 2020,
/// "PyTorch Distributed", section 3.2).
class GradientSum {
 public:
  /// replicas: the parameters of each replica of the model in this process, whose backward passes may run in threads of
  /// their own. group must outlive this object. Buckets are made of the parameters in their order from last to first,
  /// about the order in which a backward pass is done with them.
  GradientSum(std::vector<std::vector<torch::Tensor>> replicas, ProcessGroup& group,
              std::size_t bucket_bytes = 25'000'000);
  ~GradientSum();
  GradientSum(const GradientSum&) = delete;
  GradientSum& operator=(const GradientSum&) = delete;

  /// The next backward pass of each replica is the last of this update.
  void expect_last_pass();

  /// Begins what has not begun, waits for all, and leaves the sums in the gradients of the first replica, none in those
  /// of the others. A gradient that is not there counts as zero.
  void finish();

 private:
  struct Bucket {
    std::vector<std::size_t> parameters;  // their places in a replica
    torch::Tensor flat;
    std::size_t pending = 0;     // gradients, of all replicas
    std::function<void()> wait;  // empty until the sum has begun
  };

  void mark_ready(std::size_t bucket);
  void begin(Bucket& bucket);

  std::vector<std::vector<torch::Tensor>> replicas_;
  ProcessGroup& group_;
  std::mutex mutex_;  // of buckets that backward passes mark as ready
  std::vector<Bucket> buckets_;
  std::size_t begun_ = 0;
  bool is_last_pass_ = false;
};

}  // namespace dragoman
