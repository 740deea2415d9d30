#pragma once

#include "base/memory.h"

#include <c10/core/Device.h>

#include <cstdint>
#include <functional>

namespace dragoman {

/// The memory that batches are made in, the machine's or a GPU's, in bytes.
struct BatchMemory {
  std::function<std::int64_t()> available;  ///< what can still be had
  std::function<MemoryUse()> use;           ///< of this process
  std::function<void()> forget_peak;        ///< of the use so far
};

BatchMemory batch_memory_of(c10::Device device);

}  // namespace dragoman
