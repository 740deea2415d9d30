#include "base/shared_loop.h"

#include <thread>
#include <utility>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace dragoman {
namespace {

using Clock = std::chrono::steady_clock;

thread_local LoopHelp* help_of_this_thread = nullptr;

// No share of a loop takes that long: its helper has no processor.
constexpr std::chrono::milliseconds kStall{2};

constexpr std::uint64_t kLoop = std::uint64_t{1} << 32;

std::uint32_t left_of(std::uint64_t open) {
  return static_cast<std::uint32_t>(open);
}

void wait_a_moment() {
#if defined(__x86_64__)
  _mm_pause();
#else
  std::this_thread::yield();
#endif
}

// Time that somebody waits, who looks at the clock now and then.
class Wait {
 public:
  explicit Wait(std::chrono::milliseconds most) : most_(most) {}

  // False when it was too long.
  bool goes_on() {
    constexpr int kMomentsBetween = 64;
    wait_a_moment();
    if (++moments_ % kMomentsBetween != 1) return true;
    const Clock::time_point now = Clock::now();
    if (moments_ == 1) begin_ = now;
    moments_ = 1;
    return now - begin_ < most_;
  }
  void begin_anew() { moments_ = 0; }

 private:
  std::chrono::milliseconds most_;
  int moments_ = 0;
  Clock::time_point begin_;
};

}  // namespace

bool ask_for_loop_help() {
  LoopHelp* const help = help_of_this_thread;
  if (!help) return false;
  if (help->call_) std::exchange(help->call_, nullptr)();
  return help->has_helpers();
}

void share_loop(std::size_t count, const std::function<void(std::size_t)>& body) {
  LoopHelp* const help = help_of_this_thread;
  if (help && count > 1 && count < kLoop && help->has_helpers()) {
    help->run(static_cast<std::uint32_t>(count), body);
  } else {
    for (std::size_t i = 0; i < count; ++i) body(i);
  }
}

LoopHelp::LoopHelp(std::function<void()> call, std::chrono::milliseconds patience)
    : call_(std::move(call)), patience_(patience), outer_(std::exchange(help_of_this_thread, this)) {}

LoopHelp::~LoopHelp() {
  closed_ = true;
  while (helpers_.load() > 0) std::this_thread::yield();
  help_of_this_thread = outer_;
}

bool LoopHelp::has_helpers() const {
  return helpers_.load(std::memory_order_relaxed) > 0 && !closed_.load(std::memory_order_relaxed);
}

void LoopHelp::run(std::uint32_t count, const Body& body) {
  body_.store(&body, std::memory_order_relaxed);
  done_.store(0, std::memory_order_relaxed);
  const std::uint64_t number = open_.load(std::memory_order_relaxed) / kLoop + 1;
  open_.store(number * kLoop + count, std::memory_order_release);
  while (do_one()) {
  }
  for (Wait wait(kStall); done_.load(std::memory_order_acquire) < count;) {
    if (stalled_) {
      std::this_thread::yield();
    } else if (!wait.goes_on()) {
      stalled_ = closed_ = true;
    }
  }
}

bool LoopHelp::do_one() {
  std::uint64_t open = open_.load(std::memory_order_acquire);
  while (left_of(open) > 0) {
    const Body* const body = body_.load(std::memory_order_relaxed);
    if (!open_.compare_exchange_weak(open, open - 1, std::memory_order_acq_rel, std::memory_order_acquire)) continue;
    (*body)(left_of(open) - 1);
    done_.fetch_add(1, std::memory_order_release);
    return true;
  }
  return false;
}

void LoopHelp::help(const std::atomic<bool>& wanted) {
  Wait wait(patience_);
  while (!closed_.load(std::memory_order_relaxed) && !wanted.load(std::memory_order_relaxed)) {
    if (do_one()) {
      wait.begin_anew();
    } else if (!wait.goes_on()) {
      break;
    }
  }
  --helpers_;
}

}  // namespace dragoman
