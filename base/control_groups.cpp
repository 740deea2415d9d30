#include "base/control_groups.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <fstream>
#include <string>

namespace dragoman {
namespace {

using std::filesystem::path;

std::vector<path> folders_to(const path& root, const path& inner) {
  std::vector<path> folders{root};
  for (const path& name : inner.relative_path().lexically_normal()) {
    if (name == "..") break;
    folders.push_back(folders.back() / name);
  }
  return folders;
}

// Microseconds of a period that a group's processes may compute for, as a share of it.
std::optional<double> share_of(const path& folder, bool is_second) {
  double quota = 0, period = 0;
  if (is_second) {
    std::ifstream(folder / "cpu.max") >> quota >> period;  // "max" is no number
  } else {
    std::ifstream(folder / "cpu.cfs_quota_us") >> quota;
    std::ifstream(folder / "cpu.cfs_period_us") >> period;
  }
  return quota > 0 && period > 0 ? std::optional(quota / period) : std::nullopt;
}

}  // namespace

std::vector<ControlGroups> control_groups(const SystemRoots& roots, std::string_view controller) {
  std::vector<ControlGroups> all;
  // "number:controllers:group", with no controllers for the second version.
  std::ifstream groups(roots.proc / "self/cgroup");
  for (std::string line; std::getline(groups, line);) {
    const std::size_t begin = line.find(':'), end = line.find(':', begin + 1);
    if (begin == std::string::npos || end == std::string::npos) continue;
    const std::string controllers = ',' + line.substr(begin + 1, end - begin - 1) + ',';
    const path name = line.substr(end + 1);
    if (controllers == ",,") {
      all.push_back({true, folders_to(roots.groups, name)});
    } else if (controllers.find(',' + std::string(controller) + ',') != std::string::npos) {
      all.push_back({false, folders_to(roots.groups / controller, name)});
    }
  }
  return all;
}

std::optional<int> cores_of_groups(const SystemRoots& roots) {
  constexpr double kMost = 1 << 20;
  std::optional<int> least;
  for (const ControlGroups& groups : control_groups(roots, "cpu")) {
    for (const path& folder : groups.folders) {
      const std::optional<double> share = share_of(folder, groups.is_second);
      if (!share) continue;
      const int cores = static_cast<int>(std::ceil(std::min(*share, kMost)));
      least = std::min(least.value_or(cores), cores);
    }
  }
  return least;
}

}  // namespace dragoman
