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

/// "rank 1", or "ranks 1, 3".
std::string describe_ranks(const std::vector<int>& ranks);

/// Who of a group's processes still lives. Each counts its heartbeats up in the store that all see, which is in rank
/// 0's process, and says there why it ends if it can. A thread does that and watches the others; the functions but
/// report_failure and explain_loss only read what it has found, and never wait for a store that may hang.
class LifeSigns {
 public:
  /// Whose heart has not beaten for so long is silent.
  static constexpr std::chrono::milliseconds kSilence{4000};

  LifeSigns(const c10::intrusive_ptr<c10d::Store>& store, int rank, int size);
  ~LifeSigns();
  LifeSigns(const LifeSigns&) = delete;
  LifeSigns& operator=(const LifeSigns&) = delete;

  /// The ranks that are silent now. After a pause of this process itself all others may seem to be, for a moment.
  std::vector<int> silent();

  /// Whether somebody has found out that a process is lost, or one has said that it ends with an error.
  bool is_loss_known();

  /// Tells the others, as far as they can be reached, that this process ends with an error.
  void report_failure(const std::string& message) noexcept;

  /// Throws a PeerLost that says who is lost and why, which may take some seconds to find out, and tells the others.
  /// `cause` stands in it if all are alive.
  [[noreturn]] void explain_loss(const std::string& cause);

 private:
  using Clock = std::chrono::steady_clock;

  void beat();
  void listen(c10d::Store& store);
  std::string verdict();

  c10::intrusive_ptr<c10d::Store> store_;
  int rank_, size_;
  std::vector<std::int64_t> beats_;  // of all ranks when last looked at; the thread's own
  std::mutex mutex_;                 // of what follows
  bool ended_ = false;
  Clock::time_point reached_;             // when the store last answered
  std::vector<Clock::time_point> heard_;  // when each rank last had more beats than before
  std::string verdict_;                   // what the first process to notice has found out
  std::condition_variable ending_;
  std::thread heart_;
};

}  // namespace dragoman
