#include "decoding/engine/workers.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <utility>

namespace dragoman {
namespace {

// LibTorch's number of threads is one of each thread, but what one sets becomes that of threads that have not asked
// yet: who sets it for others puts the caller's back at the end.
class KeptThreads {
 public:
  KeptThreads() : before_(at::get_num_threads()) {}
  ~KeptThreads() { at::set_num_threads(before_); }
  KeptThreads(const KeptThreads&) = delete;
  KeptThreads& operator=(const KeptThreads&) = delete;

 private:
  int before_;
};

int checked(int threads) {
  check_threads(threads);
  return threads_or_all(threads);
}

void compute_with(int threads) {
  if (at::get_num_threads() != threads) at::set_num_threads(threads);
}

}  // namespace

Workers::Workers(int threads, torch::Device device) : device_(device) {
  const KeptThreads kept;
  pool_ = std::make_unique<WorkerPool>(checked(threads), [] { at::set_num_threads(1); });
}

int Workers::idle() const {
  return device_.is_cpu() ? std::max(pool_->idle(), 1) : 1;
}

void Workers::run(std::size_t count, const std::function<void(std::size_t)>& work, Occupancy occupancy) const {
  if (!device_.is_cpu()) {
    for (std::size_t i = 0; i < count; ++i) work(i);
    return;
  }
  const KeptThreads kept;
  if (count == 1 && occupancy == Occupancy::all_threads) {
    // LibTorch keeps a team of threads for each thread that computes with several: the caller has its own.
    compute_with(pool_->threads());
    work(0);
    return;
  }
  const int busy = std::clamp(static_cast<int>(count), 1, pool_->threads());
  const int threads_each = occupancy == Occupancy::all_threads ? pool_->threads() / busy : 1;
  pool_->run(count, [&](std::size_t i) {
    compute_with(threads_each);
    work(i);
  });
}

void Workers::post(std::function<void()> work) const {
  pool_->post([pool = pool_.get(), work = std::move(work)] {
    const WorkerPool::Help help(*pool);
    const KeptThreads kept;
    compute_with(1);
    work();
  });
}

}  // namespace dragoman
