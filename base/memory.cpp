#include "base/memory.h"

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <malloc.h>
#include <string>
#include <vector>

// gperftools' allocator, where the program is linked with it.
extern "C" void MallocExtension_ReleaseFreeMemory() __attribute__((weak));

namespace dragoman {
namespace {

using std::filesystem::path;

// The number behind the word `name` in a file of lines "name number"; 0 where there is none.
std::int64_t number_behind(const path& file, const std::string& name) {
  std::ifstream lines(file);
  for (std::string word; lines >> word;) {
    std::int64_t value = 0;
    if (word == name && lines >> value) return value;
  }
  return 0;
}

std::int64_t kilobytes_of(const path& file, const std::string& name) {
  return number_behind(file, name) * 1024;
}

// Nothing where the file is missing, or says "max".
std::optional<std::int64_t> number_in(const path& file) {
  std::ifstream stream(file);
  std::int64_t value = 0;
  return stream >> value ? std::optional(value) : std::nullopt;
}

// How a version of control groups calls its files, and what it writes before its own in memory.stat.
struct GroupFiles {
  std::vector<std::string> limits;
  std::string usage, prefix;
};

constexpr const char* kController = "memory";

const GroupFiles& files_of(const ControlGroups& groups) {
  static const GroupFiles second{{"memory.max", "memory.high"}, "memory.current", ""};
  static const GroupFiles first{{"memory.limit_in_bytes"}, "memory.usage_in_bytes", "total_"};
  return groups.is_second ? second : first;
}

// Of the group in `folder`.
std::optional<std::int64_t> limit_of(const path& folder, const GroupFiles& files) {
  // The first version writes the largest number of pages where there is no limit.
  constexpr std::int64_t kNone = std::int64_t{1} << 60;
  std::optional<std::int64_t> limit;
  for (const std::string& name : files.limits) {
    const auto value = number_in(folder / name);
    if (value && *value < limit.value_or(kNone)) limit = value;
  }
  return limit;
}

// What the group in `folder` leaves its processes; nothing where it has no limit. What the files read lie in is given
// up before a limit is felt, so it is as good as free.
std::optional<std::int64_t> left_by(const path& folder, const GroupFiles& files) {
  const auto limit = limit_of(folder, files), usage = number_in(folder / files.usage);
  if (!limit || !usage) return std::nullopt;
  std::int64_t given_up = 0;
  for (const std::string name : {"inactive_file", "active_file", "slab_reclaimable"})
    given_up += number_behind(folder / "memory.stat", files.prefix + name);
  return *limit - *usage + std::min(given_up, *usage);
}

}  // namespace

MemoryUse memory_use() {
  return {kilobytes_of("/proc/self/status", "VmRSS:"), kilobytes_of("/proc/self/status", "VmHWM:")};
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

std::int64_t available_memory(const SystemRoots& roots) {
  std::int64_t available = kilobytes_of(roots.proc / "meminfo", "MemAvailable:");
  for (const ControlGroups& groups : control_groups(roots, kController)) {
    for (const path& folder : groups.folders)
      available = std::min(available, left_by(folder, files_of(groups)).value_or(available));
  }
  return std::max<std::int64_t>(available, 0);
}

std::int64_t machine_memory(const SystemRoots& roots) {
  return kilobytes_of(roots.proc / "meminfo", "MemTotal:");
}

std::optional<std::int64_t> memory_limit_of_groups(const SystemRoots& roots) {
  std::optional<std::int64_t> least;
  for (const ControlGroups& groups : control_groups(roots, kController)) {
    for (const path& folder : groups.folders) {
      if (const auto limit = limit_of(folder, files_of(groups))) least = std::min(least.value_or(*limit), *limit);
    }
  }
  return least;
}

}  // namespace dragoman
