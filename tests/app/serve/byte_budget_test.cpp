#include "app/serve/http/byte_budget.h"

#include <atomic>
#include <gtest/gtest.h>
#include <thread>
#include <utility>
#include <vector>

namespace dragoman {
namespace {

TEST(ByteBudget, GivesWhatIsLeftAndTakesItBack) {
  ByteBudget budget(10);
  {
    ByteBudget::Share one(budget), other(budget);
    EXPECT_TRUE(one.grow_to(6));
    EXPECT_TRUE(one.grow_to(4)) << "it has them already";
    EXPECT_FALSE(other.grow_to(5));
    EXPECT_TRUE(other.grow_to(4));
    EXPECT_EQ(budget.left(), 0U);
    ByteBudget::Share moved = std::move(one);
    one = ByteBudget::Share(budget);
    EXPECT_EQ(budget.left(), 0U);
    moved = ByteBudget::Share(budget);
    EXPECT_EQ(budget.left(), 6U);
  }
  EXPECT_EQ(budget.left(), 10U);
}

TEST(ByteBudget, IsNeverExceededByThreadsTogether) {
  ByteBudget budget(100);
  std::atomic<int> held = 0, most = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int k = 0; k < 10'000; ++k) {
          ByteBudget::Share share(budget);
          if (!share.grow_to(30)) continue;
          const int now = ++held;
          for (int seen = most; seen < now && !most.compare_exchange_weak(seen, now);) continue;
          --held;
        }
      });
    }
  }
  EXPECT_LE(most, 3);
  EXPECT_GE(most, 1);
  EXPECT_EQ(budget.left(), 100U);
}

}  // namespace
}  // namespace dragoman
