#pragma once

#include "base/parallel.h"
#include "base/worker_pool.h"

#include <torch/types.h>

#include <cstddef>
#include <functional>
#include <memory>

namespace dragoman {

/// What becomes of threads that are more than the work: each worker has one, or they share all.
enum class Occupancy { one_thread_each, all_threads };

/// Who computes on a device: on a CPU threads that stay, with one thread of LibTorch's each; elsewhere whoever calls.
/// Threads may share it.
class Workers {
 public:
  /// threads: 0: one a core. Throws as check_threads() does.
  Workers(int threads, torch::Device device);

  torch::Device device() const { return device_; }

  /// How many compute at once.
  int count() const { return device_.is_cpu() ? pool_->threads() : 1; }

  int threads() const { return pool_->threads(); }

  /// How many of those who compute have nothing to do now, at least one.
  int idle() const;

  /// As WorkerPool::run(). The caller's own number of threads stays as it is. One work that has all threads is done by
  /// the caller.
  void run(std::size_t count, const std::function<void(std::size_t)>& work,
           Occupancy occupancy = Occupancy::one_thread_each) const;

  /// As WorkerPool::post(), with one thread of LibTorch's on a CPU. Those that have nothing to do help it:
  /// share_loop().
  void post(std::function<void()> work) const;
  bool may_wait() const { return pool_->may_wait(); }

  /// For what is no business of the device, with all threads.
  ParallelLoop loop() const { return pool_->loop(); }

 private:
  torch::Device device_;
  std::unique_ptr<WorkerPool> pool_;
};

}  // namespace dragoman
