#include "base/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <sched.h>
#include <system_error>
#include <thread>
#include <vector>

namespace dragoman {

void parallel_for(std::size_t count, int threads, const std::function<void(std::size_t begin, std::size_t end)>& body) {
  if (count == 0) return;
  const std::size_t workers = std::min(count, static_cast<std::size_t>(std::max(threads, 1)));
  // Several blocks a thread, so that one slow block does not leave the others idle for long.
  constexpr std::size_t kBlocksPerThread = 16;
  const std::size_t block = std::max<std::size_t>(1, count / (workers * kBlocksPerThread));

  std::atomic<std::size_t> next{0};
  std::atomic<bool> stop{false};
  std::mutex mutex;
  std::exception_ptr first_exception;
  auto work = [&] {
    try {
      while (!stop) {
        const std::size_t begin = next.fetch_add(block);
        if (begin >= count) return;
        body(begin, std::min(begin + block, count));
      }
    } catch (...) {
      const std::lock_guard lock(mutex);
      if (!first_exception) first_exception = std::current_exception();
      stop = true;
    }
  };
  {
    std::vector<std::jthread> others;
    others.reserve(workers - 1);
    try {
      for (std::size_t i = 1; i < workers; ++i) others.emplace_back(work);
    } catch (const std::system_error&) {
      // No more threads are to be had: those that there are do it all.
    }
    work();
  }
  if (first_exception) std::rethrow_exception(first_exception);
}

int threads_or_all(int wanted) {
  return wanted == 0 ? available_cores() : wanted;
}

int available_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  // Fails on machines with more processors than cpu_set_t holds; then the standard library's count is the best there
  // is.
  if (::sched_getaffinity(0, sizeof set, &set) == 0) return std::max(1, CPU_COUNT(&set));
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace dragoman
