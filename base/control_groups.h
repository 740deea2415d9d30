#pragma once

#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

namespace dragoman {

/// Where the system says what a process may use.
struct SystemRoots {
  std::filesystem::path proc = "/proc";
  std::filesystem::path groups = "/sys/fs/cgroup";
};

/// The control groups of one version that a process is in, of which each lies in the one before.
struct ControlGroups {
  bool is_second;                              ///< version: its files have other names
  std::vector<std::filesystem::path> folders;  ///< which need not be there
};

/// Those of this process that have the controller ("memory", "cpu") or, in the second version, may have it. In a
/// container the names may be those of the world outside: then the first folder is the container's own.
std::vector<ControlGroups> control_groups(const SystemRoots& roots, std::string_view controller);

/// How many cores' time the groups give this process, rounded up; nothing where they do not limit it.
std::optional<int> cores_of_groups(const SystemRoots& roots = {});

}  // namespace dragoman
