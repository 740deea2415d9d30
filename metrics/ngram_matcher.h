#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace dragoman {

/// Counts the n-grams (1 to `max_order` tokens: ids of words, characters) that a hypothesis shares with its references,
/// each as often as it occurs in the hypothesis, but at most as often as in the reference where it is most frequent
/// (Papineni et al. 2002, "BLEU", section 2.1: clipped counts).
///
/// The hypothesis' n-grams form a tree: each is the child of its first n − 1 tokens. Its nodes are the slots of one
/// open-addressing table, so that no n-gram is ever spelt out. One object serves many sentences and keeps its memory.
class NgramMatcher {
 public:
  explicit NgramMatcher(std::size_t max_order);

  /// Starts a sentence.
  void set_hypothesis(std::span<const std::uint32_t> tokens);

  void add_reference(std::span<const std::uint32_t> tokens);

  /// Goes back to the state before the first reference.
  void forget_references();

  /// Clipped matches for each order, over the references added so far.
  std::span<const std::int64_t> matches() const { return matches_; }

 private:
  using Node = std::uint32_t;  // a slot
  static constexpr Node kRoot = 0xFFFFFFFFu;

  // Times are values of `clock_`: whatever is older than the sentence or the reference at hand counts as not there, and
  // nothing needs to be cleared.
  struct Slot {
    std::uint64_t ngram = 0;  // parent node, last token
    std::uint64_t time = 0;   // last touched; 0: never
    std::uint32_t hypothesis = 0;
    std::uint32_t reference = 0;       // in the reference being added
    std::uint32_t best_reference = 0;  // most in any reference
  };

  Node slot_of(std::uint64_t ngram) const;

  std::vector<Slot> slots_;
  int shift_ = 0;            // of a 64-bit hash, to a slot
  std::uint64_t clock_ = 1;  // ticks at every sentence and reference
  std::uint64_t sentence_time_ = 1;
  std::uint64_t references_time_ = 1;
  std::vector<std::int64_t> matches_;
};

}  // namespace dragoman
