#include "model/parallel_parts.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <atomic>

#if !defined(INTRA_OP_PARALLEL) && !defined(DRAGOMAN_SERIAL_PARTS)
#error "compiled without OpenMP, at::parallel_for would be a plain loop"
#endif

namespace dragoman {

void parallel_parts(std::int64_t begin, std::int64_t end, std::int64_t least,
                    c10::function_ref<void(std::int64_t begin, std::int64_t end)> work) {
  at::parallel_for(begin, end, least, work);
}

void parallel_each(std::int64_t count, c10::function_ref<void(std::int64_t i)> work) {
  std::atomic<std::int64_t> next{0};
  const std::int64_t threads = std::min<std::int64_t>(at::get_num_threads(), count);
  at::parallel_for(0, threads, 1, [&](std::int64_t, std::int64_t) {
    for (std::int64_t i = next++; i < count; i = next++) work(i);
  });
}

}  // namespace dragoman
