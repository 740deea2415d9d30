#pragma once

#include <c10/core/Allocator.h>
#include <c10/util/ThreadLocalDebugInfo.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>

namespace dragoman {

/// Bytes of the tensors that are made.
struct Allocations {
  std::int64_t total = 0, largest = 0;
};

/// Those of the tensors that `run` makes, on whatever device.
inline Allocations allocations_of(const std::function<void()>& run) {
  class Counter : public c10::MemoryReportingInfoBase {
   public:
    void reportMemoryUsage(void*, std::int64_t bytes, std::size_t, std::size_t, c10::Device) override {
      const std::lock_guard lock(mutex_);
      made.total += std::max<std::int64_t>(bytes, 0);  // below 0: given back
      made.largest = std::max(made.largest, bytes);
    }
    bool memoryProfilingEnabled() const override { return true; }

    Allocations made;

   private:
    std::mutex mutex_;
  };
  const auto counter = std::make_shared<Counter>();
  const c10::DebugInfoGuard guard(c10::DebugInfoKind::PROFILER_STATE, counter);
  run();
  return counter->made;
}

}  // namespace dragoman
