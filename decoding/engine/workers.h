#pragma once

#include <torch/types.h>

#include <cstddef>
#include <functional>

namespace dragoman {

/// How many workers share a device: one thread each on a CPU (`threads`, or one a core if that is 0), one elsewhere.
int worker_count(int threads, torch::Device device);

/// What becomes of threads that are more than the work: each worker has one, or they share all.
enum class Occupancy { one_thread_each, all_threads };

/// Calls `work(i)` once for each i below `count`, on as many workers, in no defined order. While workers run on a CPU,
/// each has its products done in its own thread, or its share of the threads, alone. The first exception is rethrown
/// after all have ended.
void run_workers(std::size_t count, int threads, torch::Device device, const std::function<void(std::size_t)>& work,
                 Occupancy occupancy = Occupancy::one_thread_each);

}  // namespace dragoman
