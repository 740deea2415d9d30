#pragma once

#include "training/launch.h"

#include <torch/types.h>

#include <chrono>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {

/// Another process of the group has failed or vanished; the message says which.
class PeerLost : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The processes that train together, connected by LibTorch's c10d with Gloo. All of them must call the same functions
/// in the same order, from one thread each. What the others have to do with a failure is a PeerLost that names the
/// rank.
class ProcessGroup {
 public:
  /// Waits for all to come. Throws std::runtime_error naming the ranks that have not come within `timeout`, and
  /// where rank 0 was looked for. Later no operation waits longer than that for the others.
  ProcessGroup(const Launch& launch, std::chrono::milliseconds timeout);
  ~ProcessGroup();
  ProcessGroup(const ProcessGroup&) = delete;
  ProcessGroup& operator=(const ProcessGroup&) = delete;

  int rank() const { return rank_; }
  int size() const { return size_; }
  bool is_first() const { return rank_ == 0; }

  enum class Reduction { sum, least };

  /// Puts the sum or the least over all processes into `values`, a contiguous CPU tensor of the same shape in all.
  void reduce(torch::Tensor values, Reduction reduction);

  /// Begins to sum; the tensor must be left alone until the function that comes back has been called, which waits.
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

  void wait_for_all(const Launch& launch);
  void guarded(const std::function<void()>& operation);
  std::string wait_for(const std::string& key);
  [[noreturn]] void explain_loss(const std::string& cause);

  int rank_, size_;
  std::chrono::milliseconds timeout_;
  std::unique_ptr<Connection> connection_;
  int exchanges_ = 0;
};

}  // namespace dragoman
