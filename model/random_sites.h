#pragma once

#include <cstdint>

namespace dragoman {

/// Numbers the places in a model that use random numbers, in the order in which they are made, so that no two use the
/// same ones.
class RandomSites {
 public:
  std::uint32_t next() { return count_++; }

 private:
  std::uint32_t count_ = 0;
};

}  // namespace dragoman
