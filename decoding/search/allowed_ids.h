#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace dragoman {

/// Which ids may follow a hypothesis: all at first, then all but some, or some alone.
class AllowedIds {
 public:
  void forbid(std::span<const std::int32_t> ids);
  /// Of what is allowed, the `ids` stay.
  void keep_only(std::span<const std::int32_t> ids);

  bool contains(std::int32_t id) const { return std::ranges::binary_search(ids_, id) == only_; }

  /// Whether ids() are what is allowed, rather than what is not.
  bool only() const { return only_; }
  /// Ascending, each once.
  std::span<const std::int32_t> ids() const { return ids_; }

 private:
  std::vector<std::int32_t> ids_;
  bool only_ = false;
};

}  // namespace dragoman
