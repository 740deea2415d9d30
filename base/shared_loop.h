#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace dragoman {

/// Whether other threads help the calling one with its loops now. The first question calls them, if there is a LoopHelp
/// for the thread.
bool ask_for_loop_help();

/// Calls `body(i)`, which must neither throw nor share loops, once for each i below `count`, in no defined order;
/// threads that help the caller's have their share. For loops of microseconds, of which there are thousands a second:
/// to wake a thread for each would take longer than the loop.
void share_loop(std::size_t count, const std::function<void(std::size_t)>& body);

/// One thread's helpers: others that look, again and again, whether it has a loop to share.
class LoopHelp {
 public:
  /// More would only be in each other's way in such loops.
  static constexpr int kMostHelpers = 3;

  /// Longer than what lies between two loops of a search, and little beside a search.
  static constexpr std::chrono::milliseconds kPatience{5};

  /// From now on share_loop() in this thread shares with helpers. `call`, which must not throw, is called once when the
  /// thread asks for them.
  explicit LoopHelp(std::function<void()> call = {}, std::chrono::milliseconds patience = kPatience);
  /// In the same thread: helpers leave, and whose it was before has the loops again.
  ~LoopHelp();
  LoopHelp(const LoopHelp&) = delete;
  LoopHelp& operator=(const LoopHelp&) = delete;

  /// Announces one who is going to help(): the end waits for it.
  void announce() { ++helpers_; }

  /// Helps until `wanted` is true, this is about to end, or there was nothing to do for as long as the patience lasts.
  void help(const std::atomic<bool>& wanted);

  /// Whether it went without help from some time on, since a helper had a share of a loop and no processor to do it on:
  /// for a machine that is busy with other things help costs more than it gives. The owner's to ask.
  bool stalled() const { return stalled_; }

  /// Whether a loop was shared with helpers. The owner's to ask.
  bool shared() const { return open_ > 0; }

 private:
  using Body = std::function<void(std::size_t)>;
  friend bool ask_for_loop_help();
  friend void share_loop(std::size_t, const Body&);

  bool has_helpers() const;
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
  std::function<void()> call_;  // until they have been called
  std::chrono::milliseconds patience_;
  LoopHelp* outer_;
};

}  // namespace dragoman
