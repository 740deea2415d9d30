#include "training/data/batch_memory.h"

#include <c10/core/CachingDeviceAllocator.h>

#include <cstddef>

namespace dragoman {
namespace {

// What the allocator has of the device, in use or not: what is left between its blocks is lost to larger ones.
MemoryUse reserved_on(c10::Device device) {
  constexpr auto kAll = static_cast<std::size_t>(c10::CachingAllocator::StatType::AGGREGATE);
  const auto bytes = c10::getDeviceAllocator(device.type())->getDeviceStats(device.index()).reserved_bytes[kAll];
  return {bytes.current, bytes.peak};
}

}  // namespace

BatchMemory batch_memory_of(c10::Device device) {
  if (device.is_cpu()) return {[] { return available_memory(); }, memory_use, reset_memory_peak};
  c10::DeviceAllocator& allocator = *c10::getDeviceAllocator(device.type());
  return {[device, &allocator] {
            allocator.emptyCache();
            return static_cast<std::int64_t>(allocator.getMemoryInfo(device.index()).first);
          },
          [device] { return reserved_on(device); }, [device, &allocator] { allocator.resetPeakStats(device.index()); }};
}

}  // namespace dragoman
