#include "decoding/workers.h"

#include "base/parallel.h"

#include <ATen/Parallel.h>

namespace dragoman {
namespace {

// OpenMP keeps the number of threads for each thread, MKL one for all: the caller's is put back at the end.
class OneThreadEach {
 public:
  OneThreadEach() : before_(at::get_num_threads()) {}
  ~OneThreadEach() { at::set_num_threads(before_); }
  OneThreadEach(const OneThreadEach&) = delete;
  OneThreadEach& operator=(const OneThreadEach&) = delete;

  static void enter_worker() { at::set_num_threads(1); }

 private:
  int before_;
};

}  // namespace

int worker_count(int threads, torch::Device device) {
  if (!device.is_cpu()) return 1;
  return threads == 0 ? available_cores() : threads;
}

void run_workers(std::size_t count, int threads, torch::Device device, const std::function<void(std::size_t)>& work) {
  if (!device.is_cpu()) {
    for (std::size_t i = 0; i < count; ++i) work(i);
    return;
  }
  const OneThreadEach one_thread;
  parallel_for(count, worker_count(threads, device), [&](std::size_t begin, std::size_t end) {
    OneThreadEach::enter_worker();
    for (std::size_t i = begin; i < end; ++i) work(i);
  });
}

}  // namespace dragoman
