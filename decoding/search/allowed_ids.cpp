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
    ids_.insert(ids_.end(), ids.begin(), ids.end());
    sort_each_once(ids_);
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
