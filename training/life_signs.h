#pragma once

#include <c10/util/intrusive_ptr.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace c10d {
class Store;
}

namespace dragoman {

/// Another process of the group has failed or vanished; the message says which.
class PeerLost : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Who of a group's processes still lives. Each counts its heartbeats up in the store that all see, which is in rank
/// 0's process, and says there why it ends if it can.
class LifeSigns {
 public:
  /// Whose heart has not beaten for so long is gone.
  static constexpr std::chrono::milliseconds kSilence{4000};

  LifeSigns(const c10::intrusive_ptr<c10d::Store>& store, int rank, int size);
  ~LifeSigns();
  LifeSigns(const LifeSigns&) = delete;
  LifeSigns& operator=(const LifeSigns&) = delete;

  /// The heartbeats of all ranks until now.
  std::vector<std::int64_t> beats();

  /// The other ranks that have no more heartbeats than in `before`.
  std::vector<int> silent_since(const std::vector<std::int64_t>& before);

  /// Whether somebody has found out that a process is lost. Asks nobody.
  bool is_loss_known();

  /// Whether a process has said that it ends with an error.
  bool has_failure();

  /// Tells the others, as far as they can be reached, that this process ends with an error.
  void report_failure(const std::string& message) noexcept;

  /// Throws a PeerLost that says who is lost and why, which takes some seconds to find out, and tells the others.
  /// `cause` stands in it if all are alive.
  [[noreturn]] void explain_loss(const std::string& cause);

 private:
  void beat();
  void throw_failure();

  c10::intrusive_ptr<c10d::Store> store_;
  int rank_, size_;
  std::mutex mutex_;  // of the next two
  bool ended_ = false;
  std::string verdict_;  // what the first process to notice has found out
  std::condition_variable ending_;
  std::thread heart_;
};

}  // namespace dragoman
