#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace dragoman {

/// Whether other threads help the calling one with its loops now.
bool has_loop_help();

/// Calls `body(i)`, which must not throw, once for each i below `count`, in no defined order; threads that help the
/// caller's have their share. For loops of microseconds, of which there are thousands a second: to wake a thread for
/// each would take longer than the loop.
void share_loop(std::size_t count, const std::function<void(std::size_t)>& body);

/// One thread's helpers: others that look, again and again, whether it has a loop to share.
class LoopHelp {
 public:
  /// More would only be in each other's way in such loops.
  static constexpr int kMostHelpers = 3;

  /// From now on share_loop() in this thread shares with them.
  LoopHelp();
  /// In the same thread: helpers leave, and whose it was before has the loops again.
  ~LoopHelp();
  LoopHelp(const LoopHelp&) = delete;
  LoopHelp& operator=(const LoopHelp&) = delete;

  /// Announces one who is going to help(): the end waits for it.
  void announce() { ++helpers_; }

  /// Helps until `wanted` is true, this is about to end, or there was nothing to do for long.
  void help(const std::atomic<bool>& wanted);

  /// Whether it went without help from some time on, since a helper had a share of a loop and no processor to do it on:
  /// for a machine that is busy with other things help costs more than it gives. The owner's to ask.
  bool stalled() const { return stalled_; }

 private:
  using Body = std::function<void(std::size_t)>;
  friend bool has_loop_help();
  friend void share_loop(std::size_t, const Body&);

  void run(std::uint32_t count, const Body& body);
  bool do_one();

  // The number of the loop, and how many of its indices nobody has: the largest of these is the next to be taken. Who
  // takes one has seen that the loop is not over, and until it is done the loop cannot be.
  std::atomic<std::uint64_t> open_{0};
  std::atomic<const Body*> body_{nullptr};
  std::atomic<std::uint32_t> done_{0};
  std::atomic<int> helpers_{0};
  std::atomic<bool> closed_{false};
  bool stalled_ = false;
  LoopHelp* outer_;
};

}  // namespace dragoman
