#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace dragoman {

/// Longest common subsequences of token sequences. One object serves many and keeps its memory, which grows with the
/// product of the lengths.
class CommonSubsequence {
 public:
  using Tokens = std::span<const std::uint32_t>;

  std::size_t length(Tokens a, Tokens b);

  /// Marks the positions of `a` that belong to one longest common subsequence with `b`: of several, the one that is
  /// found from the end by taking each match, and otherwise dropping the last token of `b` where that alone loses
  /// nothing.
  void mark(Tokens a, Tokens b, std::vector<bool>& marks);

 private:
  std::vector<std::uint32_t> table_;  // [A + 1, B + 1]: lengths for the first tokens of either
};

}  // namespace dragoman
