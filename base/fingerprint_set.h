#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace dragoman {

/// A set of 64-bit fingerprints, for millions of them: 16 bytes each, or a little more.
class FingerprintSet {
 public:
  /// Whether it was not there before.
  bool insert(std::uint64_t fingerprint);
  bool contains(std::uint64_t fingerprint) const;
  std::size_t size() const { return size_ + (has_zero_ ? 1 : 0); }

 private:
  std::size_t place_of(std::uint64_t fingerprint) const;
  void grow();

  std::vector<std::uint64_t> places_;  // a power of two of them; 0: free
  std::size_t size_ = 0;
  bool has_zero_ = false;
};

}  // namespace dragoman
