#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace dragoman {

/// Gives consecutive ids, from 0, to distinct keys: an open-addressing table whose memory is reused.
template <class Key, class Hash = std::hash<Key>>
class IdTable {
 public:
  static constexpr std::uint32_t kAbsent = 0xFFFFFFFFu;

  /// Forgets all keys and makes room for at most `max_keys` of them.
  void reset(std::size_t max_keys) {
    std::size_t slots = 16;
    while (slots < 2 * max_keys) slots *= 2;
    slots_.assign(slots, kAbsent);
    keys_.clear();
  }

  std::size_t size() const { return keys_.size(); }

  /// Id of `key`, or kAbsent.
  std::uint32_t find(const Key& key) const { return slots_[slot_of(key)]; }

  std::uint32_t find_or_add(const Key& key) {
    std::uint32_t& id = slots_[slot_of(key)];
    if (id == kAbsent) {
      id = static_cast<std::uint32_t>(keys_.size());
      keys_.push_back(key);
    }
    return id;
  }

 private:
  // The slot that holds `key`, or the free one where it belongs; at least half of the slots are free.
  std::size_t slot_of(const Key& key) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t slot = Hash{}(key)&mask;
    while (slots_[slot] != kAbsent && keys_[slots_[slot]] != key) slot = (slot + 1) & mask;
    return slot;
  }

  std::vector<std::uint32_t> slots_ = std::vector<std::uint32_t>(16, kAbsent);
  std::vector<Key> keys_;
};

/// Words by their text; the characters behind the views must outlive the table's use.
using WordTable = IdTable<std::string_view>;

}  // namespace dragoman
