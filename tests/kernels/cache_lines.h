#pragma once

#include <cstddef>
#include <new>
#include <vector>

namespace dragoman {

template <typename T>
struct LineAllocator {
  using value_type = T;
  T* allocate(std::size_t count) { return static_cast<T*>(::operator new (count * sizeof(T), std::align_val_t{64})); }
  void deallocate(T* place, std::size_t) { ::operator delete (place, std::align_val_t{64}); }
  bool operator==(const LineAllocator&) const = default;
};

/// A vector that begins with a cache line.
template <typename T>
using CacheLines = std::vector<T, LineAllocator<T>>;

}  // namespace dragoman
