#include "decoding/engine/workers.h"

#include "base/parallel.h"

#include <ATen/Parallel.h>

#include <algorithm>

namespace dragoman {
namespace {

// OpenMP keeps the number of threads for each thread, MKL one for all: the caller's is put back at the end.
class KeptThreads {
 public:
  KeptThreads() : before_(at::get_num_threads()) {}
  ~KeptThreads() { at::set_num_threads(before_); }
  KeptThreads(const KeptThreads&) = delete;
  KeptThreads& operator=(const KeptThreads&) = delete;

 private:
  int before_;
};

}  // namespace

int worker_count(int threads, torch::Device device) {
  if (!device.is_cpu()) return 1;
  return threads_or_all(threads);
}

void run_workers(std::size_t count, int threads, torch::Device device, const std::function<void(std::size_t)>& work,
                 Occupancy occupancy) {
  if (!device.is_cpu()) {
    for (std::size_t i = 0; i < count; ++i) work(i);
    return;
  }
  const KeptThreads kept;
  const int workers = worker_count(threads, device);
  const int busy = std::clamp(static_cast<int>(count), 1, workers);
  const int threads_each = occupancy == Occupancy::all_threads ? workers / busy : 1;
  parallel_for(count, workers, [&](std::size_t begin, std::size_t end) {
    at::set_num_threads(threads_each);
    for (std::size_t i = begin; i < end; ++i) work(i);
  });
}

}  // namespace dragoman
