// Two threads write one number, and nothing says in which order.
#include "base/parallel.h"

#include <atomic>
#include <cstdio>
#include <thread>

int main() {
  int number = 0;
  std::atomic<int> arrived{0};
  dragoman::parallel_for(2, 2, [&](std::size_t begin, std::size_t) {
    // One thread must not have both.
    ++arrived;
    while (arrived < 2) std::this_thread::yield();
    number = static_cast<int>(begin);
  });
  std::printf("%d\n", number);
}
