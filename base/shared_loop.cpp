#include "base/shared_loop.h"

#include <thread>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace dragoman {
namespace {

thread_local LoopHelp* help_of_this_thread = nullptr;

// Moments, of twenty to fifty nanoseconds. A helper waits for some milliseconds: longer than what lies between two
// loops of a search, and little beside a search without any.
constexpr int kPatience = 200'000;
// No share of a loop takes that long: its helper has no processor.
constexpr int kStall = 10'000;

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

}  // namespace

bool has_loop_help() {
  const LoopHelp* const help = help_of_this_thread;
  return help && help->helpers_.load(std::memory_order_relaxed) > 0 && !help->closed_.load(std::memory_order_relaxed);
}

void share_loop(std::size_t count, const std::function<void(std::size_t)>& body) {
  if (count > 1 && count < kLoop && has_loop_help()) {
    help_of_this_thread->run(static_cast<std::uint32_t>(count), body);
  } else {
    for (std::size_t i = 0; i < count; ++i) body(i);
  }
}

LoopHelp::LoopHelp() : outer_(help_of_this_thread) {
  help_of_this_thread = this;
}

LoopHelp::~LoopHelp() {
  closed_ = true;
  while (helpers_.load() > 0) std::this_thread::yield();
  help_of_this_thread = outer_;
}

void LoopHelp::run(std::uint32_t count, const Body& body) {
  body_.store(&body, std::memory_order_relaxed);
  done_.store(0, std::memory_order_relaxed);
  const std::uint64_t number = open_.load(std::memory_order_relaxed) / kLoop + 1;
  open_.store(number * kLoop + count, std::memory_order_release);
  while (do_one()) {
  }
  for (int waited = 0; done_.load(std::memory_order_acquire) < count; ++waited) {
    if (waited < kStall) {
      wait_a_moment();
    } else {
      stalled_ = closed_ = true;
      std::this_thread::yield();
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
  for (int waited = 0;
       waited < kPatience && !closed_.load(std::memory_order_relaxed) && !wanted.load(std::memory_order_relaxed);
       ++waited) {
    if (do_one()) {
      waited = 0;
    } else {
      wait_a_moment();
    }
  }
  --helpers_;
}

}  // namespace dragoman
