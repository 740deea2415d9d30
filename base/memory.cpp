#include "base/memory.h"

#include <algorithm>
#include <fstream>
#include <malloc.h>
#include <optional>
#include <string>

// gperftools' allocator, where the program is linked with it.
extern "C" void MallocExtension_ReleaseFreeMemory() __attribute__((weak));

namespace dragoman {
namespace {

// The number behind `name` in a file of lines "name: number kB".
std::int64_t kilobytes_of(const char* file, const std::string& name) {
  std::ifstream lines(file);
  for (std::string word; lines >> word;) {
    std::int64_t value = 0;
    if (word == name && lines >> value) return value;
  }
  return 0;
}

// Of a control group; nothing where there is no limit.
std::optional<std::int64_t> bytes_of_group(const char* file) {
  std::ifstream stream(file);
  std::int64_t value = 0;
  return stream >> value ? std::optional(value) : std::nullopt;
}

}  // namespace

MemoryUse memory_use() {
  return {kilobytes_of("/proc/self/status", "VmRSS:") * 1024, kilobytes_of("/proc/self/status", "VmHWM:") * 1024};
}

void reset_memory_peak() {
  std::ofstream("/proc/self/clear_refs") << "5";
}

void release_free_memory() {
  if (MallocExtension_ReleaseFreeMemory) {
    MallocExtension_ReleaseFreeMemory();
  } else {
    malloc_trim(0);
  }
}

std::int64_t available_memory() {
  const std::int64_t of_machine = kilobytes_of("/proc/meminfo", "MemAvailable:") * 1024;
  const auto limit = bytes_of_group("/sys/fs/cgroup/memory.max"),
             used = bytes_of_group("/sys/fs/cgroup/memory.current");
  return limit && used ? std::min(of_machine, *limit - *used) : of_machine;
}

}  // namespace dragoman
