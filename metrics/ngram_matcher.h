#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

namespace dragoman {

inline constexpr std::size_t kMaxNgramOrder = 4;

/// Gives consecutive ids, from 0, to distinct keys: an open-addressing table whose memory is reused.
template <class Key, class Hash>
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

/// Counts the n-grams (1 to kMaxNgramOrder words) that a hypothesis shares with its references, each as often as it
/// occurs in the hypothesis, but at most as often as in the reference where it is most frequent (Papineni et al. 2002,
/// "BLEU", section 2.1: clipped counts).
///
/// An n-gram of order n is the pair (id of its first n − 1 words, id of its last word), so that no text is joined or
/// compared twice; only the hypothesis is tabulated. One object serves many sentences and keeps its memory.
class NgramMatcher {
 public:
  /// Starts a sentence. The characters behind `words` must outlive the calls of `add_reference` that follow.
  void set_hypothesis(std::span<const std::string_view> words);

  void add_reference(std::span<const std::string_view> words);

  /// Clipped matches for each order, over the references added so far.
  std::array<std::int64_t, kMaxNgramOrder> matches() const;

 private:
  struct PairHash {
    std::size_t operator()(std::uint64_t pair) const {
      pair *= 0x9E3779B97F4A7C15u;  // 2^64 / golden ratio
      return static_cast<std::size_t>(pair ^ pair >> 32);
    }
  };
  struct Counts {
    std::int64_t hypothesis = 0;
    std::int64_t reference = 0;       // in the reference being added
    std::int64_t best_reference = 0;  // most in any reference
  };

  IdTable<std::string_view, std::hash<std::string_view>> words_;
  std::array<IdTable<std::uint64_t, PairHash>, kMaxNgramOrder> ngrams_;  // [0] is unused: order 1 is `words_`
  std::array<std::vector<Counts>, kMaxNgramOrder> counts_;
  std::vector<std::uint32_t> ids_;  // words of the sentence at hand
};

}  // namespace dragoman
