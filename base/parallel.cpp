#include "base/parallel.h"

#include "base/check_range.h"
#include "base/control_groups.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <sched.h>
#include <system_error>
#include <thread>
#include <vector>

namespace dragoman {

std::size_t block_size(std::size_t count, int threads) {
  constexpr std::size_t kBlocksPerThread = 16;
  return std::max<std::size_t>(1, count / (static_cast<std::size_t>(std::max(threads, 1)) * kBlocksPerThread));
}

void parallel_for(std::size_t count, int threads, const LoopBody& body) {
  if (count == 0) return;
  const std::size_t workers = std::min(count, static_cast<std::size_t>(std::max(threads, 1)));
  const std::size_t block = block_size(count, threads);

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

ParallelLoop in_threads(int threads) {
  return [threads](std::size_t count, const LoopBody& body) { parallel_for(count, threads, body); };
}

void check_threads(int threads) {
  check_range("--threads", threads, 0, 1024);
}

int threads_or_all(int wanted) {
  return wanted == 0 ? available_cores() : wanted;
}

int available_cores() {
  int cores = static_cast<int>(std::thread::hardware_concurrency());
  cpu_set_t set;
  CPU_ZERO(&set);
  // Fails on machines with more processors than cpu_set_t holds; then the standard library's count is the best there
  // is.
  if (::sched_getaffinity(0, sizeof set, &set) == 0) cores = CPU_COUNT(&set);
  return std::max(1, std::min(cores, cores_of_groups().value_or(cores)));
}

}  // namespace dragoman
