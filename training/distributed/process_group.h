#pragma once

#include "base/notice.h"
#include "training/distributed/launch.h"
#include "training/distributed/life_signs.h"

#include <torch/types.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace c10d {
class Work;
}

namespace dragoman {

/// The processes that train together, connected by LibTorch's c10d: by Gloo, and for sums between GPUs by NCCL. All of
/// them must call the same functions in the same order, from one thread each. What the others have to do with a failure
/// is a PeerLost that names the rank.
class ProcessGroup {
 public:
  /// Waits for all to come. Throws std::runtime_error naming the ranks that have not come within `timeout`, and
  /// where rank 0 was looked for. Later no operation waits longer than that for the others. Whom it is still waiting
  /// for after `silent` is told to `notice`.
  ProcessGroup(const Launch& launch, std::chrono::milliseconds timeout, const Notice& notice = {},
               std::chrono::milliseconds silent = std::chrono::seconds(10));
  ~ProcessGroup();
  ProcessGroup(const ProcessGroup&) = delete;
  ProcessGroup& operator=(const ProcessGroup&) = delete;

  /// Says what this process computes on. Where each has a GPU of its own, and all are built with NCCL, sums are formed
  /// there from now on.
  void use(torch::Device device);

  /// Where tensors have to be that are to be summed.
  torch::Device sum_device() const { return sum_device_; }

  int rank() const { return rank_; }
  int local_rank() const { return local_rank_; }  ///< this process's place among those on its host
  int size() const { return size_; }
  bool is_first() const { return rank_ == 0; }

  enum class Reduction { sum, least };

  /// Puts the sum or the least over all processes into `values`, a contiguous CPU tensor of the same shape in all.
  void reduce(torch::Tensor values, Reduction reduction);

  /// Begins to sum a contiguous tensor on sum_device(), which must be left alone until the function that comes back has
  /// been called; that waits.
  std::function<void()> start_sum(torch::Tensor values);

  /// Puts rank 0's values into the tensor of all others.
  void broadcast(torch::Tensor values);

  /// Rank 0's text, for all. `text` is of interest in rank 0 only.
  std::string from_first(const std::string& text);

  /// The texts of all processes, by rank.
  std::vector<std::string> from_all(const std::string& text);

  /// Waits for all to come here, so that nobody leaves while others still need them. The last thing that a group does.
  void leave();

  /// Tells the others, as far as they can be reached, that this process ends with an error.
  void report_failure(const std::string& message) noexcept;

 private:
  struct Connection;
  class Wait;

  void wait_for_all(const Launch& launch, const std::function<void(const std::string& ranks)>& tell,
                    std::chrono::milliseconds silent);
  void guarded(const std::function<void()>& operation);
  std::string wait_for(const std::string& key);
  void wait_for(c10d::Work& work);

  int rank_, local_rank_, size_;
  torch::Device sum_device_ = torch::kCPU;
  std::chrono::milliseconds timeout_;
  std::unique_ptr<Connection> connection_;
  int exchanges_ = 0;
};

}  // namespace dragoman
