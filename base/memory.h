#pragma once

#include "base/control_groups.h"

#include <cstdint>
#include <optional>

namespace dragoman {

/// Bytes of memory that this process has in use, and the most that it ever had.
struct MemoryUse {
  std::int64_t now = 0, peak = 0;
};
MemoryUse memory_use();

/// Forgets the peak so far, where the system lets it.
void reset_memory_peak();

/// Gives memory that was freed back to the system, which an allocator keeps for later: for the end of a phase that took
/// much more than what follows.
void release_free_memory();

/// Bytes that the machine, and the control groups that this process is in, can still give without swapping. What files
/// that were read are kept in is given up for it, so it counts.
std::int64_t available_memory(const SystemRoots& roots = {});

/// Bytes of memory that the machine has.
std::int64_t machine_memory(const SystemRoots& roots = {});

/// The least that a control group limits this process to, in bytes; nothing where none limits it.
std::optional<std::int64_t> memory_limit_of_groups(const SystemRoots& roots = {});

}  // namespace dragoman
