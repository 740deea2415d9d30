#include "base/even_sample.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<int> sample_of(int count, std::size_t limit) {
  EvenSample<int> sample(limit);
  for (int i = 0; i < count; ++i) sample.add([i] { return i; });
  return sample.values();
}

TEST(EvenSample, KeepsAllOfAFew) {
  EXPECT_THAT(sample_of(0, 3), IsEmpty());
  EXPECT_THAT(sample_of(5, 3), ElementsAre(0, 1, 2, 3, 4));
}

TEST(EvenSample, IsEvenlySpaced) {
  EXPECT_THAT(sample_of(6, 3), ElementsAre(0, 2, 4));
  EXPECT_THAT(sample_of(40, 3), ElementsAre(0, 8, 16, 24, 32));
  EXPECT_THAT(sample_of(5, 1), ElementsAre(0));
  for (int count = 100; count < 1000; count += 7) {
    const std::vector<int> sample = sample_of(count, 50);
    EXPECT_GE(sample.size(), 50u);
    EXPECT_LT(sample.size(), 100u);
    for (std::size_t i = 1; i < sample.size(); ++i) EXPECT_EQ(sample[i] - sample[i - 1], sample[1]);
    EXPECT_GE(sample.back() + sample[1], count) << "up to the end";
  }
}

TEST(EvenSample, MakesLittleMoreThanItKeeps) {
  EvenSample<int> sample(100);
  int made = 0;
  for (int i = 0; i < 100000; ++i) sample.add([&] { return ++made; });
  EXPECT_LT(made, 100 * 12);
}

}  // namespace
}  // namespace dragoman
