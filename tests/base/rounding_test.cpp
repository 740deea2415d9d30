#include "base/rounding.h"

#include <cstddef>
#include <cstdint>
#include <gtest/gtest.h>

namespace dragoman {
namespace {

TEST(Rounding, CountsPartsAndMultiplesThatSuffice) {
  for (std::int64_t count = 0; count <= 50; ++count) {
    for (std::int64_t size = 1; size <= 20; ++size) {
      const std::int64_t parts = divided_up(count, size);
      EXPECT_GE(parts * size, count);
      EXPECT_LT((parts - 1) * size, count);
      EXPECT_EQ(rounded_up(count, size), parts * size);
    }
  }
  static_assert(rounded_up<std::size_t>(65, 64) == 128);
}

}  // namespace
}  // namespace dragoman
