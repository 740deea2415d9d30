#include "decoding/search/allowed_ids.h"

#include <iterator>
#include <utility>

namespace dragoman {
namespace {

void sort_each_once(std::vector<std::int32_t>& ids) {
  std::ranges::sort(ids);
  ids.erase(std::ranges::unique(ids).begin(), ids.end());
}

}  // namespace

void AllowedIds::forbid(std::span<const std::int32_t> ids) {
  if (only_) {
    std::erase_if(ids_, [&](std::int32_t id) { return std::ranges::find(ids, id) != ids.end(); });
  } else {
    // Mostly they come sorted, and may be thousands: all that would go on with a word.
    const auto before = std::ssize(ids_);
    ids_.insert(ids_.end(), ids.begin(), ids.end());
    const auto added = ids_.begin() + before;
    if (!std::is_sorted(added, ids_.end())) std::sort(added, ids_.end());
    std::inplace_merge(ids_.begin(), added, ids_.end());
    ids_.erase(std::ranges::unique(ids_).begin(), ids_.end());
  }
}

void AllowedIds::keep_only(std::span<const std::int32_t> ids) {
  std::vector<std::int32_t> kept;
  std::ranges::copy_if(ids, std::back_inserter(kept), [&](std::int32_t id) { return contains(id); });
  sort_each_once(kept);
  ids_ = std::move(kept);
  only_ = true;
}

}  // namespace dragoman
